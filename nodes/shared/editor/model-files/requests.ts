/** The models' files in the user directory, and the largest file that is accepted, in bytes. */
export interface ModelFiles {
  files: { path: string; bytes: number }[]
  largest: number
}

export function readModelFiles(): Promise<ModelFiles> {
  return $.ajax({ url: 'daisychain-onnx/files' }) as Promise<ModelFiles>
}

/**
 * Uploads a file. `isNew`: no file of this name existed before.
 * @param beside the path of the model that the file belongs to, if it was sent before
 * @param sent is called with the number of bytes sent
 */
export function sendModelFile(
  file: File,
  beside: string,
  signal: AbortSignal,
  sent: (bytes: number) => void,
): Promise<{ path: string; isNew: boolean }> {
  const query = `name=${encodeURIComponent(file.name)}&beside=${encodeURIComponent(beside)}`
  const request = new XMLHttpRequest()
  request.upload.addEventListener('progress', ({ loaded }) => sent(loaded))
  signal.addEventListener('abort', () => request.abort())
  return $.ajax({
    xhr: () => request,
    url: `daisychain-onnx/uploads?${query}`,
    method: 'POST',
    data: file,
    contentType: 'application/octet-stream',
    processData: false,
  }) as Promise<{ path: string; isNew: boolean }>
}
