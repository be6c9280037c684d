"""The results of MediaPipe's published decoding for the same files: the reference for Hands and Face mesh.

    python mediapipe.py FOLDER_OF_MODELS FOLDER_OF_PHOTOGRAPHS > mediapipe.json

Needs onnxruntime, numpy and opencv-python-headless. Follows the graphs hand_landmark_cpu and face_landmark_cpu and the
calculators they name: anchors, letterbox, rotated rectangle, points mapped back to the picture. It shares no code with
the node.
"""
import json, math, sys
from pathlib import Path
import cv2
import numpy as np
import onnxruntime as ort

models, photos = Path(sys.argv[1]), Path(sys.argv[2])


def session(name):
    return ort.InferenceSession(str(models / name), providers=["CPUExecutionProvider"])


def anchors(size, layers):
    centers = []
    for stride, each in layers:
        cells = size // stride
        for y in range(cells):
            for x in range(cells):
                centers += [((x + 0.5) / cells, (y + 0.5) / cells)] * each
    return np.array(centers, np.float32)


def find(net, picture, size, points, low):
    """Boxes (centre and size) and key points in pixels of the picture, best first, without overlapping ones."""
    h, w = picture.shape[:2]
    scale = size / max(h, w)
    nh, nw = round(h * scale), round(w * scale)
    top, left = (size - nh) // 2, (size - nw) // 2
    canvas = np.zeros((size, size, 3), np.float32)
    canvas[top : top + nh, left : left + nw] = cv2.resize(picture, (nw, nh), interpolation=cv2.INTER_AREA)
    canvas = canvas / 255 * (1 - low) + low
    raw = net.run(None, {net.get_inputs()[0].name: canvas.transpose(2, 0, 1)[None]})
    boxes, scores = (raw[0][0], raw[1][0]) if raw[0].shape[-1] > 1 else (raw[1][0], raw[0][0])
    scores = 1 / (1 + np.exp(-np.clip(scores[:, 0].astype(np.float64), -100, 100)))
    centers = anchors(size, [(8, 2), (16, 6)])
    found = []
    for i in np.argsort(-scores):
        if scores[i] < 0.5:
            break
        places = boxes[i] / size
        at = centers[i]
        box = [places[0] + at[0], places[1] + at[1], places[2], places[3]]
        keys = [(places[4 + 2 * k] + at[0], places[5 + 2 * k] + at[1]) for k in range(points)]
        back = lambda x, y: ((x * size - left) / nw * w, (y * size - top) / nh * h)
        cx, cy = back(box[0], box[1])
        one = dict(box=[cx, cy, box[2] * size / nw * w, box[3] * size / nh * h], keys=[back(*k) for k in keys], score=float(scores[i]))
        if all(overlap(one["box"], other["box"]) <= 0.3 for other in found):
            found.append(one)
    return found


def overlap(a, b):
    def corners(c):
        return c[0] - c[2] / 2, c[1] - c[3] / 2, c[0] + c[2] / 2, c[1] + c[3] / 2
    (al, at, ar, ab), (bl, bt, br, bb) = corners(a), corners(b)
    shared = max(0, min(ar, br) - max(al, bl)) * max(0, min(ab, bb) - max(at, bt))
    return shared / (a[2] * a[3] + b[2] * b[3] - shared)


def rectangle(found, start, end, target, times, shift):
    (x0, y0), (x1, y1) = found["keys"][start], found["keys"][end]
    angle = target - math.atan2(-(y1 - y0), x1 - x0)
    cx, cy, w, h = found["box"]
    cx += -h * shift * math.sin(angle)
    cy += h * shift * math.cos(angle)
    return cx, cy, max(w, h) * times, angle


def look(net, picture, rect, size):
    cx, cy, side, angle = rect
    cos, sin = math.cos(angle), math.sin(angle)
    corner = lambda u, v: (cx + (u - 0.5) * side * cos - (v - 0.5) * side * sin, cy + (u - 0.5) * side * sin + (v - 0.5) * side * cos)
    source = np.float32([corner(0, 0), corner(1, 0), corner(0, 1)])
    matrix = cv2.getAffineTransform(source, np.float32([(0, 0), (size, 0), (0, size)]))
    crop = cv2.warpAffine(picture, matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    raw = net.run(None, {net.get_inputs()[0].name: (crop.astype(np.float32) / 255).transpose(2, 0, 1)[None]})
    points = raw[0].reshape(-1, 3)[:, :2] / size
    h, w = picture.shape[:2]
    return [[float(x / w), float(y / h)] for x, y in (corner(*p) for p in points)], [float(np.ravel(r)[0]) for r in raw[1:3]]


def turned(picture, degrees):
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(picture, -degrees // 90))
    h, w = picture.shape[:2]
    return cv2.warpAffine(picture, cv2.getRotationMatrix2D((w / 2, h / 2), -degrees, 1), (w, h))


results = {}
palm, hand = session("mp-palm-detection-lite.onnx"), session("mp-hand-landmark-lite.onnx")
photo = cv2.cvtColor(cv2.imread(str(photos / "hand.png")), cv2.COLOR_BGR2RGB)
for degrees in (0, 90, 180, 270):
    picture = turned(photo, degrees)
    hands = []
    for one in find(palm, picture, 192, 7, 0):
        points, (presence, right) = look(hand, picture, rectangle(one, 0, 2, math.pi / 2, 2.6, -0.5), 224)
        if presence >= 0.5:
            hands.append(dict(landmarks=points, presence=presence, right=right))
    results[f"hand.png {degrees}"] = hands
face, mesh = session("mp-face-detection-short.onnx"), session("mp-face-landmark.onnx")
for name in ("obama.jpg", "astronaut.jpg"):
    photo = cv2.cvtColor(cv2.imread(str(photos / name)), cv2.COLOR_BGR2RGB)
    faces = []
    for one in find(face, photo, 128, 6, -1):
        points, (flag, *_) = look(mesh, photo, rectangle(one, 0, 1, 0, 1.5, 0), 192)
        if 1 / (1 + math.exp(-flag)) >= 0.5:
            faces.append(dict(landmarks=points, score=1 / (1 + math.exp(-flag))))
    results[name] = faces
json.dump(json.loads(json.dumps(results), parse_float=lambda x: round(float(x), 4)), sys.stdout, separators=(",", ":"))
