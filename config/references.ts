const reference = /\$(\$?)\{([A-Z_][A-Z0-9_]*)(?::-([^}]*))?\}/g;

/**
 * Puts the environment's values in place of `${NAME}` and `${NAME:-default}`; `$${NAME}` stands for `${NAME}` itself. Only names in
 * capitals count, so that a template string in an agent's instructions stays one. An empty variable counts as not set.
 */
export function fillReferences(
  text: string,
  env: NodeJS.ProcessEnv,
): { readonly text: string; readonly missing: string | undefined } {
  let missing: string | undefined;
  const filled = text.replace(reference, (whole, escaped: string, name: string, fallback: string | undefined) => {
    if (escaped !== '') return whole.slice(1);
    const value = env[name] || fallback;
    if (value === undefined) missing ??= name;
    return value ?? '';
  });
  return { text: filled, missing };
}
