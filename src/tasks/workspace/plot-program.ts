/** Draws what it reads as JSON from its input (`PlotWish`), and prints what came of it. Runs in the workspace, by the Python of the image. */
export const plotProgram = `
import json, os, sys
wish = json.load(sys.stdin)
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt
import pandas as pd

def fail(why):
    print(why, file=sys.stderr)
    raise SystemExit(1)

def from_file():
    table = pd.read_csv(wish['file'], nrows=200_000, skipinitialspace=True)
    names = ([wish['x']] if wish.get('x') else []) + wish['y']
    absent = [name for name in names if name not in table.columns]
    if absent:
        fail(f'There is no column {absent[0]!r}. There are: ' + ', '.join(map(str, table.columns))[:1000])
    for name in wish['y']:
        if wish.get('group') != 'count':
            table[name] = pd.to_numeric(table[name], errors='coerce')
    if wish.get('x') is None:
        return table[wish['y']]
    if wish.get('group'):
        return table.groupby(wish['x'], sort=False)[wish['y']].agg(wish['group'])
    return table.set_index(wish['x'])[wish['y']]

def from_data():
    data = wish['data']
    x = data.get('x') or list(range(1, max(len(one['values']) for one in data['series']) + 1))
    for one in data['series']:
        if len(one['values']) != len(x):
            fail(f"The series {one['name']!r} has {len(one['values'])} values for {len(x)} places.")
    return pd.DataFrame({one['name']: one['values'] for one in data['series']}, index=x)

plt.rcParams['text.usetex'] = False
if 'text.parse_math' in plt.rcParams:
    plt.rcParams['text.parse_math'] = False
table = from_file() if wish.get('file') else from_data()
if table.dropna(how='all').empty:
    fail('There are no numbers to plot.')
kind = wish['kind']
figure, axes = plt.subplots(figsize=(10, 6), dpi=120)
if kind == 'line':
    table.plot.line(ax=axes, marker='o' if len(table) <= 40 else None)
elif kind == 'bar':
    if len(table) > 200:
        fail(f'{len(table)} bars are too many; group them, or draw a line.')
    table.plot.bar(ax=axes, rot=0 if len(table) <= 8 else 45)
elif kind == 'scatter':
    for name in table.columns:
        axes.scatter(table.index, table[name], label=name, s=18)
elif kind == 'histogram':
    table.plot.hist(ax=axes, bins=30, alpha=0.7)
elif kind == 'box':
    table.plot.box(ax=axes)
elif kind == 'pie':
    first = table.iloc[:, 0]
    if len(first) > 20 or (first < 0).any():
        fail('A pie has at most 20 slices, and none below zero.')
    axes.pie(first, labels=[str(one) for one in first.index], autopct='%1.1f%%')
if kind in ('line', 'bar', 'scatter', 'histogram') and len(table.columns) > 1:
    axes.legend()
elif axes.get_legend() is not None:
    axes.get_legend().remove()
axes.set_title(wish.get('title') or '')
if kind != 'pie':
    axes.set_xlabel(wish.get('xLabel') or wish.get('x') or '')
    axes.set_ylabel(wish.get('yLabel') or (wish['y'][0] if wish.get('y') and len(wish['y']) == 1 else ''))
    axes.grid(True, alpha=0.3)
os.makedirs(os.path.dirname(wish['path']) or '.', exist_ok=True)
figure.tight_layout()
figure.savefig(wish['path'])
print(f"{wish['path']} is drawn: {len(table)} places, {len(table.columns)} series, {os.path.getsize(wish['path'])} bytes.")
shown = table.head(12).to_string(max_colwidth=40)
print(shown[:2000])
`;
