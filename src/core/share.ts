/**
 * Whose a key is, of several that divide keys among them. All who know the same names come to the same, in whatever order they have
 * them; where a name goes, only its keys get another one. Undefined where there are no names.
 */
export function shareOf<Name extends string>(names: readonly Name[], key: string): Name | undefined {
  let [owner] = names;
  let most = -1;
  for (const name of names) {
    const weight = weightOf(`${name}\n${key}`);
    if (weight < most || (weight === most && owner !== undefined && name > owner)) continue;
    most = weight;
    owner = name;
  }
  return owner;
}

/** FNV-1a, and the last steps of MurmurHash3, without which names that differ in one letter would get much the same: 32 bits. */
function weightOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
