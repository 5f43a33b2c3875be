/** Characters that are made at once: a function takes only so many arguments. */
const piece = 8192;

export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += piece) text += String.fromCharCode(...bytes.subarray(at, at + piece));
  return text;
}

export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(latin1(bytes));
}

export function fromBase64(text: string): Uint8Array {
  return latin1Bytes(atob(text));
}
