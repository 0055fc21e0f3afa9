/** A task with effects that can be counted; its key makes it unlike all others. */
export const wishFor = (key: string): string => `!task Note ${key} in the ledger`;
export const ledger = 'output/ledger.txt';
export const mailbox = 'otto@example.org';
/** What whoever had no workspace says at the end: there is no branch then. */
export const byHandWords = 'is noted by hand';
const wish = /Note (k\d+) in the ledger/;

export const keyOf = (text: string): string | undefined => wish.exec(text)?.[1];
