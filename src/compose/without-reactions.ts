/** A notice for where nobody can react: it tells of writing instead, or leaves the sentence out. Pure. */
export const withoutReactions = (text: string): string =>
  text
    .replace(/, then react with 🔁 to try again/gu, ', then ask again')
    .replace(/React with 🔁( in [^.]*?)? to (?:try again|let me try again)/gu, 'Ask again$1')
    .replace(/ ?[^.\n]*(?:🛑|🔁)[^.\n]*\./gu, '');
