import assert from 'node:assert/strict'
import { availableParallelism, totalmem } from 'node:os'
import { containerLimits, freeMemory, memorySize, processors } from '../../src/apart/this-machine'

const files =
  (contents: Record<string, string>) =>
  (path: string): string | null =>
    contents[path] ?? null

describe('the resources of this computer or container', () => {
  it('include the limits of control groups of both versions, its own and those around it', () => {
    const root = '/sys/fs/cgroup'
    const cases: [string, Record<string, string>, ReturnType<typeof containerLimits>][] = [
      ['none', {}, { processors: null, memory: null, used: null }],
      [
        'version 2 in a container',
        {
          '/proc/self/cgroup': '0::/\n',
          [`${root}/memory.max`]: '536870912\n',
          [`${root}/memory.current`]: '300000000\n',
          [`${root}/memory.stat`]: 'anon 5\ninactive_file 100000000\n',
          [`${root}/cpu.max`]: '150000 100000\n',
        },
        { processors: 1.5, memory: 536870912, used: 200000000 },
      ],
      [
        'version 2: the least counts',
        {
          '/proc/self/cgroup': '0::/system.slice/node-red.service\n',
          [`${root}/system.slice/memory.max`]: '1000\n',
          [`${root}/system.slice/node-red.service/memory.max`]: 'max\n',
          [`${root}/system.slice/cpu.max`]: 'max 100000\n',
          [`${root}/system.slice/node-red.service/cpu.max`]: '50000 100000\n',
        },
        { processors: 0.5, memory: 1000, used: null },
      ],
      [
        'version 1, whose path is that outside',
        {
          '/proc/self/cgroup': '4:memory:/docker/abc\n3:cpu,cpuacct:/docker/abc\n',
          [`${root}/memory/memory.limit_in_bytes`]: '268435456\n',
          [`${root}/memory/memory.usage_in_bytes`]: '1000\n',
          [`${root}/cpu,cpuacct/cpu.cfs_quota_us`]: '200000\n',
          [`${root}/cpu,cpuacct/cpu.cfs_period_us`]: '100000\n',
        },
        { processors: 2, memory: 268435456, used: 1000 },
      ],
      [
        'version 1 without limits',
        {
          '/proc/self/cgroup': '4:memory:/\n3:cpu,cpuacct:/\n',
          [`${root}/memory/memory.limit_in_bytes`]: '9223372036854771712\n',
          [`${root}/cpu,cpuacct/cpu.cfs_quota_us`]: '-1\n',
          [`${root}/cpu,cpuacct/cpu.cfs_period_us`]: '100000\n',
        },
        { processors: null, memory: null, used: null },
      ],
    ]
    for (const [name, contents, expected] of cases) assert.deepEqual(containerLimits(files(contents)), expected, name)
  })

  it('never exceed the computer’s, and have at least one processor', () => {
    assert.deepEqual([processors(files({})), memorySize(files({}))], [availableParallelism(), totalmem()])
    const small = files({
      '/proc/self/cgroup': '0::/\n',
      '/sys/fs/cgroup/cpu.max': '20000 100000\n',
      '/sys/fs/cgroup/memory.max': '64000000\n',
      '/sys/fs/cgroup/memory.current': '70000000\n',
    })
    assert.deepEqual([processors(small), memorySize(small), freeMemory(small)], [1, 64000000, 0])
  })
})
