/** A path with each part encoded: ids hold `!`, `$`, `#`, `/` and `:`. */
export function path(...parts: readonly string[]): string {
  return `/${parts.map(encodeURIComponent).join('/')}`;
}
