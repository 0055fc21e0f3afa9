/** Where a command prints: standard output, or what a test gives. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}
