/** Milliseconds: browsers fetch the address after the click has returned, on a slow computer a while after. */
const addressLives = 60_000;

/** Lets the browser (or Electron, with its dialogue) save a text as a file of this name. */
export function saveText(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), addressLives);
}
