/**
 * Starts a program that speaks MCP over its standard input and output, tells it the messages that are read as JSON, waits for the answer to each
 * request, and prints the last one. Runs in the workspace; all that it prints is checked outside.
 */
export const relayProgram = String.raw`
import json, subprocess, sys
given = json.load(sys.stdin)
most = 60_000
try:
    server = subprocess.Popen(given['command'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
except OSError as error:
    print(f"{given['command'][0]}: {error.strerror}", file=sys.stderr)
    raise SystemExit(3)

def answer_to(number):
    while True:
        line = server.stdout.readline(most + 1)
        if not line:
            print('The program ended.', file=sys.stderr)
            raise SystemExit(3)
        if len(line) > most:
            print('Its answer is too long.', file=sys.stderr)
            raise SystemExit(4)
        try:
            message = json.loads(line)
        except ValueError:
            continue
        if isinstance(message, dict) and message.get('id') == number and 'method' not in message:
            return line.decode('utf-8').strip()

answer = ''
try:
    for message in given['messages']:
        server.stdin.write((json.dumps(message) + '\n').encode())
        server.stdin.flush()
        if 'id' in message:
            answer = answer_to(message['id'])
except BrokenPipeError:
    print('The program ended.', file=sys.stderr)
    raise SystemExit(3)
finally:
    server.kill()
print(answer)
`;
