import { expect, it } from 'vitest';
import { newPassword } from '../../src/data-folder/credentials.ts';

it('a password is made of letters and digits only, and of none that look alike', () => {
  const passwords = Array.from({ length: 200 }, newPassword);
  for (const password of passwords) expect(password).toMatch(/^[a-km-zA-HJ-NP-Z2-9]{20}$/);
  expect(new Set(passwords).size).toBe(200);
});
