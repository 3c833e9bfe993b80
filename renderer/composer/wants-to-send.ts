/** Whether this key sends what was written. An unfinished composition (Chinese, Japanese, Korean) is never sent. */
export function wantsToSend(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'isComposing'>,
  enterSends: boolean,
): boolean {
  if (event.key !== 'Enter' || event.isComposing || event.shiftKey || event.altKey) return false;
  return enterSends || event.ctrlKey || event.metaKey;
}
