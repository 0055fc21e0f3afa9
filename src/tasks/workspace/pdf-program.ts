/**
 * Makes a PDF of what it reads as JSON from its input, and prints what came of it. Runs in the workspace, by the Python of the image. Pictures,
 * styles and attachments come from files of the workspace alone.
 */
export const pdfProgram = `
import json, logging, mimetypes, os, stat, sys
from urllib.parse import unquote, urlsplit
wish = json.load(sys.stdin)
from weasyprint import HTML, default_url_fetcher
logging.getLogger('weasyprint').addHandler(logging.NullHandler())
logging.getLogger('weasyprint').propagate = False
root = os.path.realpath(os.getcwd())
most = 20_000_000
left_out = []

def place_of(url):
    parts = urlsplit(url)
    if parts.scheme != 'file' or parts.netloc not in ('', 'localhost'):
        return None
    path = os.path.realpath(unquote(parts.path))
    if not path.startswith(root + os.sep) or not os.path.isfile(path) or os.path.getsize(path) > most:
        return None
    return path

def fetch(url, *_, **__):
    if url.startswith('data:'):
        return default_url_fetcher(url)
    path = place_of(url)
    if path is None:
        left_out.append(url[:200])
        raise ValueError('not in the workspace')
    return {'file_obj': open(path, 'rb'), 'mime_type': mimetypes.guess_type(path)[0] or 'application/octet-stream'}

text = wish.get('html')
if text is None:
    with open(wish['file'], encoding='utf-8', errors='replace') as given:
        text = given.read(2_000_000)
base = 'file://' + os.path.join(root, os.path.dirname(wish.get('file') or wish.get('base') or 'x')) + '/'
document = HTML(string=text, base_url=base, url_fetcher=fetch).render()
if len(document.pages) > 500:
    print('It would have more than 500 pages.', file=sys.stderr)
    raise SystemExit(1)
os.makedirs(os.path.dirname(wish['path']) or '.', exist_ok=True)
document.write_pdf(wish['path'])
print(f"{wish['path']} is made: {len(document.pages)} pages, {os.path.getsize(wish['path'])} bytes.")
for url in sorted(set(left_out))[:10]:
    print('Left out, as it is no file of the workspace: ' + url)
`;
