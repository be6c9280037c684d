/** The smallest useful ONNX model, y = x + x of one float: what a device must be able to run to count as working. */
export const probeModel = Buffer.from(
  'CAcSADo5Cg4KAXgKAXgSAXkiA0FkZBIFcHJvYmVaDwoBeBIKCggIARIECgIIAWIPCgF5EgoKCAgBEgQKAggBQgQKABAN',
  'base64',
)
