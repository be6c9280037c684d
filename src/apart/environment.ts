/** Variables that any program may need: paths, the language and certificates. */
const ALL = names(`
  PATH PATHEXT HOME USER LOGNAME SHELL LANG LANGUAGE LC_\\w+ TZ TMPDIR TEMP TMP
  SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC USERPROFILE USERNAME HOMEDRIVE HOMEPATH APPDATA LOCALAPPDATA PROGRAMDATA ALLUSERSPROFILE
  PUBLIC PROGRAMFILES(\\(X86\\))? PROGRAMW6432 COMMONPROGRAMFILES(\\(X86\\))? COMMONPROGRAMW6432 DRIVERDATA OS NUMBER_OF_PROCESSORS PROCESSOR_\\w+
  LD_LIBRARY_PATH LD_PRELOAD DYLD_(FALLBACK_)?(LIBRARY|FRAMEWORK)_PATH DYLD_INSERT_LIBRARIES
  XDG_(RUNTIME_DIR|CACHE_HOME|CONFIG_HOME|CONFIG_DIRS|DATA_HOME|DATA_DIRS) DISPLAY WAYLAND_DISPLAY XAUTHORITY
  SSL_CERT_FILE SSL_CERT_DIR OPENSSL_CONF NODE_EXTRA_CA_CERTS NODE_USE_SYSTEM_CA NODE_TLS_REJECT_UNAUTHORIZED NODE_OPTIONS NODE_PATH
`)

/** Settings of the libraries that use processors and graphics cards. */
const DEVICES = names(`
  (CUDA|NVIDIA|CUDNN|CUBLAS|NCCL|TENSORRT|ORT|ONNXRUNTIME|TF32)_\\w+ __(NV|GLX|EGL|GL)_\\w+
  (ROCM|ROCR|HIP|HSA|AMD|GPU|MIOPEN|MIGRAPHX|RADV)_\\w+
  (OPENVINO|OV|INTEL|ONEDNN|DNNL|ONEAPI|SYCL|ZE|LIBVA)_\\w+ INTEL_OPENVINO_DIR
  (VK|VULKAN|MESA|GALLIUM|LIBGL|EGL|DRI|DAWN|WGPU|MTL|METAL|LP|SWIFTSHADER)_\\w+
  (OMP|KMP|GOMP|MKL|OPENBLAS|BLIS)_\\w+ (MALLOC|MIMALLOC|JEMALLOC)_\\w+ GLIBC_TUNABLES
`)

/** Additional variables for downloads. */
const DOWNLOADS = names('(HTTPS?|ALL|NO)_PROXY NODE_USE_ENV_PROXY GLOBAL_AGENT_\\w+')

/** npm's own variables, with the credentials for registries. */
const NPM = names('NPM_\\w+ NODE_AUTH_TOKEN PREFIX')

/**
 * Variables with an allowed prefix may still contain a service's key (NVIDIA_API_KEY), which no library here
 * needs.
 */
const CREDENTIAL = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|BEARER/i

/**
 * The environment for other people's programs: only variables that they may need, by name. Secrets, such as
 * Node-RED's credential secret and other values that a service manager passes to flows, are left out.
 */
export function childEnvironment(
  purpose: 'program' | 'models' | 'download' | 'npm',
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const isWanted = (name: string) => {
    if (ALL.test(name)) return true
    if (purpose === 'npm' && NPM.test(name)) return true
    if (purpose === 'npm' || purpose === 'download') return DOWNLOADS.test(name)
    return purpose === 'models' && DEVICES.test(name) && !CREDENTIAL.test(name)
  }
  return Object.fromEntries(Object.entries(env).filter(([name]) => isWanted(name)))
}

/**
 * Windows has no fixed capitalisation (`Path`, `SystemRoot`); on other systems, proxy variables are in lower
 * case.
 */
function names(list: string): RegExp {
  return new RegExp(`^(${list.trim().split(/\s+/).join('|')})$`, 'i')
}
