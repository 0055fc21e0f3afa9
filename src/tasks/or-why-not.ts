import { isParleyError } from '../../core/errors.ts';

/** What a site or search engine does not give is a result, too. */
export async function orWhyNot(doing: () => Promise<string>): Promise<string> {
  try {
    return await doing();
  } catch (error) {
    if (isParleyError(error) && /^(?:SITE|SEARCH|ADDRESS)_/.test(error.code)) return error.message;
    throw error;
  }
}
