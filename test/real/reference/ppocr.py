"""The results of PaddleOCR's published decoding for the same files: the reference for Read text.

    python ppocr.py FOLDER_OF_MODELS PICTURE…

Needs onnxruntime, numpy and opencv-python-headless. Follows DBPostProcess, get_rotate_crop_image, TextClassifier and
TextRecognizer. Unclipping a rotated box by a distance gives the same box, larger by that distance on each side.
"""
import json, math, sys
from pathlib import Path
import cv2
import numpy as np
import onnxruntime as ort

folder = Path(sys.argv[1])
det, cls, rec = (ort.InferenceSession(str(folder / f"{n}.onnx"), providers=["CPUExecutionProvider"])
                 for n in ("ch_PP-OCRv4_det_infer", "ch_ppocr_mobile_v2.0_cls_infer", "ch_PP-OCRv4_rec_infer"))
letters = [""] + (folder / "ppocr_keys_v1.txt").read_text().split("\n")[:6623] + [" "]
ask = lambda net, x: net.run(None, {"x": x.astype(np.float32)})[0]


def boxes(picture):
    h, w = picture.shape[:2]
    scale = min(1, 960 / max(h, w))
    rh, rw = (max(32, int(round(s * scale / 32) * 32)) for s in (h, w))
    x = (cv2.resize(picture, (rw, rh)) / 255 - (0.485, 0.456, 0.406)) / (0.229, 0.224, 0.225)
    prob = ask(det, x.transpose(2, 0, 1)[None])[0, 0]
    found = []
    contours, _ = cv2.findContours(((prob > 0.3) * 255).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    for contour in contours[:1000]:
        rect = cv2.minAreaRect(contour)
        if min(rect[1]) < 3:
            continue
        mask = np.zeros(prob.shape, np.uint8)
        cv2.fillPoly(mask, [cv2.boxPoints(rect).astype(np.int32)], 1)
        if cv2.mean(prob, mask)[0] < 0.6:
            continue
        by = rect[1][0] * rect[1][1] * 1.5 / (2 * sum(rect[1]))
        points = cv2.boxPoints((rect[0], (rect[1][0] + 2 * by, rect[1][1] + 2 * by), rect[2]))
        points = sorted(points.tolist())
        tl, bl = sorted(points[:2], key=lambda p: p[1])
        tr, br = sorted(points[2:], key=lambda p: p[1])
        found.append(np.float32([[p[0] * w / rw, p[1] * h / rh] for p in (tl, tr, br, bl)]))
    return found


def crop(picture, box):
    w = int(max(np.linalg.norm(box[0] - box[1]), np.linalg.norm(box[2] - box[3])))
    h = int(max(np.linalg.norm(box[0] - box[3]), np.linalg.norm(box[1] - box[2])))
    matrix = cv2.getPerspectiveTransform(box, np.float32([[0, 0], [w, 0], [w, h], [0, h]]))
    part = cv2.warpPerspective(picture, matrix, (w, h), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    return np.rot90(part) if h / w >= 1.5 else part


def norm(part, h, w, full):
    rw = min(w, math.ceil(h * part.shape[1] / part.shape[0]))
    x = np.zeros((h, full, 3))
    x[:, :rw] = cv2.resize(part, (rw, h)) / 127.5 - 1
    return x.transpose(2, 0, 1)[None]


def read(part):
    w = max(320, math.ceil(48 * part.shape[1] / part.shape[0]))
    scores = ask(rec, norm(part, 48, w, w))[0]
    best = scores.argmax(1)
    keep = [i for i, b in enumerate(best) if b and (i == 0 or b != best[i - 1])]
    return "".join(letters[best[i]] for i in keep), float(np.mean([scores[i, best[i]] for i in keep] or [0]))


for name in sys.argv[2:]:
    picture = cv2.imread(name)
    lines = []
    for box in boxes(picture):
        part = crop(picture, box)
        turned = ask(cls, norm(part, 48, 192, 192))[0]
        if turned[1] > 0.9:
            part = cv2.rotate(part, cv2.ROTATE_180)
        text, score = read(part)
        if score >= 0.5:
            lines.append(dict(text=text, score=round(score, 3), corners=np.round(box / picture.shape[1::-1], 4).tolist()))
    print(json.dumps({Path(name).name: lines}, ensure_ascii=False))
