// Makes JavaScript of each TypeScript file in a folder, beside it.
const { readdirSync, readFileSync, writeFileSync } = require('node:fs');
const { stripTypeScriptTypes } = require('node:module');

const [, , folder] = process.argv;
for (const name of readdirSync(folder).filter(one => one.endsWith('.ts'))) {
  const script = stripTypeScriptTypes(readFileSync(`${folder}/${name}`, 'utf8'));
  writeFileSync(`${folder}/${name.replace(/\.ts$/, '.js')}`, script.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
}
writeFileSync(`${folder}/package.json`, JSON.stringify({ type: 'module' }));
