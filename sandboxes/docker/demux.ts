import { Transform } from 'node:stream';

const headBytes = 8;
const stdout = 1;

/**
 * What a container printed, as an engine sends it over one connection: pieces with a head that says which stream they are of and how long. Only
 * its standard output goes on; of the other, `complain` gets the beginning.
 */
export function standardOutput(complain: (text: string) => void, mostComplaints = 4096): Transform {
  let rest = Buffer.alloc(0);
  let left = 0;
  let from = 0;
  let complaints = 0;

  const pass = (to: Transform, piece: Buffer): void => {
    if (from === stdout) return void to.push(piece);
    const some = piece.subarray(0, mostComplaints - complaints);
    complaints += some.length;
    if (some.length > 0) complain(some.toString('utf8'));
  };

  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      let all = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      while (all.length > 0) {
        if (left === 0) {
          if (all.length < headBytes) break;
          from = all.readUInt8(0);
          left = all.readUInt32BE(4);
          all = all.subarray(headBytes);
          continue;
        }
        const some = all.subarray(0, left);
        left -= some.length;
        all = all.subarray(some.length);
        pass(this, some);
      }
      rest = Buffer.from(all);
      done();
    },
  });
}
