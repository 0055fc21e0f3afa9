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

/** What JSON.stringify takes, whatever it makes of it. */
const anything = fc.anything({
  key: text,
  maxDepth: 5,
  values: [
    text,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constant(undefined),
    fc.date({ noInvalidDate: false }),
  ],
  withBoxedValues: true,
  withMap: true,
  withNullPrototype: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
});

const comesBack = (document: Record<string, unknown>): string =>
  JSON.stringify(fromStored(structuredClone(toStored('messages', { id: 'a', document: { ...document } }))));

it('documents come back as JSON has them', () => {
  const fields = fc.dictionary(text, fc.oneof(fc.jsonValue({ maxDepth: 5 }), anything));
  fc.assert(
    fc.property(fields, given => {
      const document = { ...given, _id: 'a' };
      expect(comesBack(document)).toEqual(JSON.stringify({ _id: 'a', ...JSON.parse(JSON.stringify(document)) }));
    }),
    { numRuns: 1000 },
  );
});

it('documents come back also where they are deep, or say themselves what they are in JSON', () => {
  const deep = (levels: number): unknown => (levels === 0 ? [[new Date(5)]] : { inside: [deep(levels - 1)] });
  const own = { toJSON: () => ({ list: [{ toJSON: () => [1] }] }) };
  const document = { _id: 'a', deep: deep(12), own, listed: [own, [own]] };
  expect(comesBack(document)).toBe(JSON.stringify(document));
});

it('a document without end is refused', () => {
  const endless: Record<string, unknown> = { _id: 'a' };
  endless.self = endless;
  expect(() => toStored('messages', { id: 'a', document: endless })).toThrow(TypeError);
});
