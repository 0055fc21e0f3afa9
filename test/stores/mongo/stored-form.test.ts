import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareScalars } from '../../../src/ports/store-document.ts';
import { fromStored, toStored } from '../../../src/stores/mongo/stored-form.ts';
import { fromName, fromText, toName, toText } from '../../../src/stores/mongo/texts.ts';

/** With lone surrogates, and with signs that mean something to a database. */
const unit = fc.oneof(
  fc.constantFrom('%', '.', '$', '\0', 'a', '\u{10ffff}', '\uffff', '😀'),
  fc.integer({ min: 0xd7fe, max: 0xe001 }).map(code => String.fromCharCode(code)),
);
const text = fc.oneof(
  fc.array(unit, { maxLength: 6 }).map(units => units.join('')),
  fc.constantFrom('', '_bsontype', '__proto__', '$ref', '%json', '%absent', '%2E'),
);

it('texts come back, are well formed, and keep their order', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(fromText(toText(a))).toBe(a);
      expect(toText(a).isWellFormed()).toBe(true);
      expect(Math.sign(compareScalars(toText(a), toText(b)))).toBe(Math.sign(compareScalars(a, b)));
    }),
    { numRuns: 2000 },
  );
});

it('names come back, and mean nothing to a database', () => {
  fc.assert(
    fc.property(text, name => {
      expect(fromName(toName(name))).toBe(name);
      expect(toName(name)).toMatch(/^(?!\$|_bsontype$|__proto__$)[^.\0]+$/);
      expect(toName(name).isWellFormed()).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('documents come back as JSON has them', () => {
  fc.assert(
    fc.property(fc.dictionary(text, fc.jsonValue({ maxDepth: 5 })), fields => {
      const json = JSON.stringify({ ...fields, _id: 'a' });
      expect(JSON.stringify(fromStored(structuredClone(toStored('messages', { id: 'a', json }))))).toEqual(
        JSON.stringify({ _id: 'a', ...JSON.parse(json) }),
      );
    }),
  );
});
