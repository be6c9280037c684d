"""Queries a chain from TouchDesigner or any other Python 3. It requires no packages.

In TouchDesigner: put this into a Text DAT called `daisychain`, add a Movie File In TOP called `moviefilein1`, and in a
CHOP Execute DAT or a button's callback:

    mod('daisychain').show(op('moviefilein1'), seed=7)

The query runs in a thread, so TouchDesigner keeps drawing. Without TouchDesigner: python3 daisychain.py 7
"""

import base64
import json
import os
import sys
import tempfile
import threading
import urllib.error
import urllib.request

ADDRESS = os.environ.get('DAISYCHAIN_ADDRESS', 'http://localhost:8000/query')


def ask(**inputs):
    """Queries the chain and saves its picture.

    Returns the file's path. Raises RuntimeError with the server's error sentence.
    """
    body = json.dumps(inputs).encode()
    request = urllib.request.Request(ADDRESS, body, {'Content-Type': 'application/json'})
    try:
        with urllib.request.urlopen(request) as answer:
            result = json.load(answer)
    except urllib.error.HTTPError as error:
        raise RuntimeError(json.load(error)['error']) from None
    head, data = result['depth_image'].split(',', 1)
    ending = head.split('/')[1].split(';')[0]
    path = os.path.join(tempfile.gettempdir(), f'daisychain-{inputs.get("seed", 0)}.{ending}')
    with open(path, 'wb') as file:
        file.write(base64.b64decode(data))
    return path


def show(movie, **inputs):
    """Shows the chain's picture in a Movie File In TOP as soon as it arrives."""

    def work():
        try:
            path = ask(**inputs)
        except (RuntimeError, OSError) as error:
            run('debug(args[0])', str(error), delayFrames=1)  # noqa: F821
            return
        # Only TouchDesigner's own thread may access operators.
        run('args[0].par.file = args[1]', movie, path, delayFrames=1)  # noqa: F821

    threading.Thread(target=work, daemon=True).start()


if __name__ == '__main__' and 'td' not in sys.modules:
    try:
        print(ask(seed=int((sys.argv[1:] or ['7'])[0])))
    except (RuntimeError, OSError) as error:
        sys.exit(str(error))
