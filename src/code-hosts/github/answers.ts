import { z } from 'zod';
import { ParleyError } from '../../core/errors.ts';

/** What is taken out of the answers of the API. All of it is somebody else's, and cut. */

const text = (most: number) =>
  z
    .string()
    .nullish()
    .transform(given => (given ?? '').slice(0, most));
const author = z
  .object({ login: z.string().max(200) })
  .nullish()
  .transform(user => user?.login ?? 'somebody');
const longestBody = 8_000;

const line = { number: z.int(), title: text(300), state: z.string().max(40), user: author };
const posted = z.object({ number: z.int(), html_url: z.string().max(500), body: z.string().nullish() });

export const issueLines = z.array(z.object({ ...line, pull_request: z.unknown().optional() })).max(100);
export const issueShape = z.object({ ...line, body: text(longestBody) });
export const pullShape = z.object({
  ...line,
  body: text(longestBody),
  merged: z
    .boolean()
    .nullish()
    .transform(given => given === true),
  head: z.object({ ref: z.string().max(300) }),
  base: z.object({ ref: z.string().max(300) }),
});
export const pullLines = z.array(pullShape).max(100);
export const commentLines = z.array(z.object({ user: author, body: text(4_000) })).max(100);
export const fileLines = z.array(z.object({ filename: z.string().max(1_000), patch: text(4_000) })).max(100);
export const postedShape = posted;
export const postedLines = z.array(posted).max(100);
export const commentShape = z.object({ html_url: z.string().max(500), body: z.string().nullish() });
export const commentsPosted = z.array(commentShape).max(100);

export function taken<T extends z.ZodType>(schema: T, answer: unknown): z.output<T> {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ParleyError('CODE_HOST_REFUSED', 'The server answers with something else than the API of GitHub does.');
}
