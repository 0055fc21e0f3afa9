import type { Programs } from '../../../sandboxes/memory/program.ts';
import type { TestPrograms } from '../../contracts/sandbox/fixtures.ts';

/** What the contract has done in memory. */
export const programs: Programs = {
  print: ({ argv, print }) => void print(argv[1] ?? ''),
  complain: ({ argv, complain }) => void complain(argv[1] ?? ''),
  exit: ({ argv }) => Number(argv[1]),
  echo: ({ input, print }) => void print(input),
  variable: ({ argv, env, print }) => void print(env[argv[1] ?? ''] ?? ''),
  async save({ argv, folder, files }) {
    await files.write(`${folder}/${argv[1]}`, argv[2] ?? '');
    return 0;
  },
  async linger({ print }) {
    print('begun\n');
    return new Promise(() => undefined);
  },
  flood({ argv, print }) {
    const bytes = Number(argv[1]);
    for (let left = bytes; left > 0; left -= 1000) print('x'.repeat(Math.min(left, 1000)));
    return 0;
  },
};

export const testPrograms: TestPrograms = {
  print: text => ['print', text],
  complain: text => ['complain', text],
  exit: code => ['exit', `${code}`],
  echo: ['echo'],
  variable: name => ['variable', name],
  save: (path, text) => ['save', path, text],
  linger: ['linger'],
  flood: bytes => ['flood', `${bytes}`],
  leaveBehind: null,
};
