/** Every word of a notification, in English: the engine decides what is told, whatever host shows it. */
export const notificationWords = {
  product: 'DockerComms',
  /** Whose message it is, where `unread` of theirs were told of by now. */
  from: (name: string, unread: number) => (unread > 1 ? `${name} (${unread})` : name),
  newMessages: (value: number) => count(value, 'new message', 'new messages'),
  /** Where the words are hidden. */
  newMessage: 'New message',
  newFile: 'New file',
  request: 'Message request',
  wantsToWrite: (name: string) => `${name} wants to write to you`,
  wantToWrite: (people: number) => `${people} people want to write to you`,
  /** What is new everywhere; there is one or the other, or both. */
  everything: ({ messages, talks, requests }: Readonly<Record<'messages' | 'talks' | 'requests', number>>) =>
    [
      talks === 0
        ? []
        : `${count(messages, 'new message', 'new messages')} in ${count(talks, 'conversation', 'conversations')}`,
      requests === 0 ? [] : count(requests, 'message request', 'message requests'),
    ]
      .flat()
      .join(', '),
};

/** `1 file`, `3 files`. */
function count(value: number, one: string, many: string): string {
  return `${value} ${value === 1 ? one : many}`;
}
