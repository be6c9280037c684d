"""A model server that answers as the Runway Model SDK does, using only Python's own http.server.

Written from the SDK's documented behaviour: /meta, /healthcheck, /setup, /<command>, and errors as {"error", "traceback"}.
Prints the port on which it listens.
"""
import gzip
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LABELS = {'sky': 3, 'road': 7, 'car': 9}
COLORS = {'sky': [0, 0, 255], 'road': [90, 90, 90], 'car': [255, 0, 0]}
PNG = 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEElEQVR4nGPgEpEDIgYIBQAGTgDxOGMygQAAAABJRU5ErkJggg=='

IMAGE = {'name': 'image', 'type': 'image', 'description': 'Any picture.', 'channels': 3, 'defaultOutputFormat': None}
NUMBER = {'name': 'strength', 'type': 'number', 'description': None, 'default': 0.5, 'min': 0, 'max': 1, 'step': 0.1}
MAP = {'name': 'semantic_map', 'type': 'segmentation', 'description': None, 'labels': list(LABELS), 'defaultLabel': 'sky',
       'labelToId': LABELS, 'labelToColor': COLORS}
TEXT = {'name': 'prompt', 'type': 'text', 'description': None, 'default': '', 'minLength': 0}
COMMANDS = [
    {'name': 'describe', 'description': 'Says what came.', 'inputs': [IMAGE, NUMBER], 'outputs': [{**TEXT, 'name': 'caption'}, {**NUMBER, 'name': 'score'}]},
    {'name': 'paint', 'description': None, 'inputs': [MAP], 'outputs': [{**IMAGE, 'name': 'output'}]},
    {'name': 'fail', 'description': None, 'inputs': [TEXT], 'outputs': [TEXT]},
    {'name': 'sleep', 'description': None, 'inputs': [TEXT], 'outputs': [TEXT]},
]


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path in ('/', '/meta'):
            return self.answer(200, {'modelSDKVersion': '0.6.1', 'millisRunning': 1, 'millisSinceLastCommand': None,
                                     'GPU': False, 'options': [], 'commands': COMMANDS})
        if self.path == '/healthcheck':
            return self.answer(200, {'status': 'RUNNING'})
        return self.answer(404, {'error': 'Not found.'})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0)))
        if self.headers.get('Content-Encoding') == 'gzip':
            body = gzip.decompress(body)
        try:
            inputs = json.loads(body)
        except ValueError:
            return self.answer(400, {'error': 'The body of all POST requests must contain JSON'})
        name = self.path[1:]
        if name == 'describe':
            head = inputs['image'].split(',')[0]
            return self.answer(200, {'caption': f"got {head} at {inputs.get('strength', 'default')}", 'score': 0.25})
        if name == 'paint':
            self.server.last = inputs['semantic_map']
            return self.answer(200, {'output': PNG})
        if name == 'fail':
            return self.answer(500, {'error': "Error during inference: ValueError('the cat sat on it').", 'traceback': ['…']})
        if name == 'sleep':
            time.sleep(30)
            return None
        return self.answer(404, {'error': f'Unknown command: {name}.'})


server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
