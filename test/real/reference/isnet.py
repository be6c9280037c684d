"""The results of IMG.LY's published code for the same file: the reference for IS-Net in Matte.

    python isnet.py MODEL.onnx FOLDER_OF_PHOTOGRAPHS PICTURE… > isnet.json

Needs onnxruntime, numpy and opencv-python-headless. Follows runInference of @imgly/background-removal 1.4.5: its
bilinear resize, (byte − 128) / 256, and its resize back. Prints each picture's mean alpha (a byte) in 16 × 16 cells,
row by row, in hexadecimal. If the variable OUT is set, saves the whole masks to that folder.
"""
import json, os, sys
from pathlib import Path
import cv2
import numpy as np
import onnxruntime as ort

session = ort.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])


def resize(picture, width, height):
    h, w = picture.shape[:2]
    picture = picture.astype(np.float64)

    def sides(new, old):
        at = np.arange(new) * (old / new)
        low = np.floor(at).astype(int)
        return low, np.minimum(np.ceil(at).astype(int), old - 1), at - low

    x1, x2, dx = sides(width, w)
    y1, y2, dy = sides(height, h)
    dx, dy = dx[None, :, None], dy[:, None, None]
    top = picture[y1][:, x1] * (1 - dx) + picture[y1][:, x2] * dx
    low = picture[y2][:, x1] * (1 - dx) + picture[y2][:, x2] * dx
    return np.round(top * (1 - dy) + low * dy)


found = {}
for name in sys.argv[3:]:
    picture = cv2.imread(str(Path(sys.argv[2]) / name), cv2.IMREAD_COLOR)[:, :, ::-1]
    x = (resize(picture, 1024, 1024) - 128) / 256
    y = session.run(["output"], {"input": x.transpose(2, 0, 1)[None].astype(np.float32)})[0]
    alpha = np.clip(y.reshape(1024, 1024, 1) * 255, 0, 255).astype(np.uint8)
    mask = resize(alpha, picture.shape[1], picture.shape[0])[:, :, 0]
    cells = [cell for row in np.array_split(mask, 16, 0) for cell in np.array_split(row, 16, 1)]
    found[name] = bytes(round(float(cell.mean())) for cell in cells).hex()
    if os.environ.get("OUT"):
        cv2.imwrite(str(Path(os.environ["OUT"]) / f"{name}.mask.png"), mask.astype(np.uint8))
json.dump(found, sys.stdout, indent=2)
