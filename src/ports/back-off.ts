/**
 * Until when a server outside has asked not to be bothered. All processes of an installation keep to it, as far as they hear of each other; one that
 * does not is told by the server itself.
 */
export interface BackOff {
  /** The server asked that nothing comes from this account for so many milliseconds. */
  asked(account: string, ms: number): void;
  /** How many milliseconds the account still has to wait; 0: none. */
  left(account: string): number;
}
