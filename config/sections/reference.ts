/** An environment variable as the file names it: secrets belong into the environment. */
export const reference = (variable: string): string => `\${${variable}}`;
