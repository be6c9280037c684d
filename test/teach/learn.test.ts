import assert from 'node:assert/strict'
import { uniforms } from '../../src/random'
import { learnClasses, learnNumbers, tellClass, tellNumbers } from '../../src/teach'
import { bell, cloud } from './support'

describe('learning from a few examples', () => {
  const classes = ['rock', 'paper', 'scissors']

  it('distinguishes clusters, gives its confidence, and recognises what belongs to none', () => {
    const made = cloud(classes.length, 12, 40, 3)
    const learned = learnClasses({ classes, ...made.lesson })
    const tests = made.more(60)
    const told = tests.map(({ features }) => tellClass(learned, features))
    const right = told.filter(({ ranked }, i) => ranked[0]?.category === classes[tests[i]?.own ?? -1]).length
    assert.ok(right >= 57, `${right} of 60`)
    for (const { ranked } of told) {
      assert.equal(ranked.length, 3)
      assert.ok(Math.abs(ranked.reduce((sum, { score }) => sum + score, 0) - 1) < 1e-9)
    }
    const refused = told.filter(({ strangeness }) => strangeness > 1).length
    assert.ok(refused <= 12, `${refused} of 60 refused`)
    const strangers = Array.from({ length: 40 }, () => Float32Array.from({ length: 40 }, () => 6 * bell(made.random)))
    assert.ok(strangers.every((features) => tellClass(learned, features).strangeness > 1))
  })

  it('allows a recorded class to look different later, and still refuses what is unlike all', () => {
    const numbers = 40
    const random = uniforms(3)
    const points = classes.map(() => Array.from({ length: numbers }, () => bell(random)))
    const poses = Array.from({ length: 3 }, () => Array.from({ length: numbers }, () => bell(random)))
    // As in front of a camera: each picture resembles the previous one.
    const seen = (own: number, time: number, apart: number) =>
      Float32Array.from(points[own] as number[], (center, i) =>
        poses.reduce(
          (sum, pose, k) => sum + (pose[i] as number) * Math.sin((0.7 + 0.3 * k) * time + own + k),
          apart * center,
        ),
      )
    const filmed = (apart: number) =>
      classes.flatMap((_, own) => Array.from({ length: 30 }, (_, i) => ({ own, features: seen(own, i / 3, apart) })))
    const lesson = (examples: ReturnType<typeof filmed>) => ({
      classes,
      classOf: examples.map(({ own }) => own),
      features: Float32Array.from(examples.flatMap(({ features }) => [...features])),
      count: examples.length,
    })
    const learned = learnClasses(lesson(filmed(2)))
    const later = classes.flatMap((_, own) => Array.from({ length: 20 }, () => seen(own, 20 + 80 * random(), 2)))
    const refused = later.filter((features) => tellClass(learned, features).strangeness > 1).length
    assert.ok(refused <= 12, `${refused} of 60 refused`)
    const strangers = Array.from({ length: 40 }, () => Float32Array.from({ length: numbers }, () => 2 * bell(random)))
    assert.ok(strangers.filter((features) => tellClass(learned, features).strangeness > 1).length >= 36)

    // Without their order, nothing shows that they are a recording, so the nearest counts.
    const shown = filmed(0.5)
    const order = shown.map((one) => ({ one, at: random() })).sort((a, b) => a.at - b.at)
    assert.ok(learnClasses(lesson(order.map(({ one }) => one))).limit < 0.8 * learnClasses(lesson(shown)).limit)
  })

  it('recognises what differs more than its examples do, if it is still far from the other classes', () => {
    // Ten pictures of each thing from almost the same place.
    const random = uniforms(9)
    const things = classes.map(() => Array.from({ length: 40 }, () => bell(random)))
    const near = (own: number, noise: number) =>
      Float32Array.from(things[own] as number[], (center) => center + noise * bell(random))
    const shown = classes.flatMap((_, own) => Array.from({ length: 10 }, () => near(own, 0.02)))
    const learned = learnClasses({
      classes,
      classOf: shown.map((_, i) => Math.floor(i / 10)),
      features: Float32Array.from(shown.flatMap((features) => [...features])),
      count: shown.length,
    })
    classes.forEach((name, own) => {
      const told = Array.from({ length: 20 }, () => tellClass(learned, near(own, 0.6)))
      assert.ok(told.every(({ ranked, strangeness }) => ranked[0]?.category === name && strangeness < 1))
    })
    const strangers = Array.from({ length: 20 }, () => Float32Array.from({ length: 40 }, () => 1.5 * bell(random)))
    for (const stranger of strangers) assert.ok(tellClass(learned, stranger).strangeness > 1)
  })

  it('has a confidence that matches its accuracy', () => {
    const random = uniforms(5)
    // Two overlapping classes: no classifier can be right more than about 76 % of the time.
    const draw = () => {
      const own = random() < 0.5 ? 0 : 1
      return { own, features: Float32Array.from([bell(random) + 1.4 * own, bell(random)]) }
    }
    const shown = Array.from({ length: 200 }, draw)
    const learned = learnClasses({
      classes: ['a', 'b'],
      classOf: shown.map(({ own }) => own),
      features: Float32Array.from(shown.flatMap(({ features }) => [...features])),
      count: shown.length,
    })
    let [sure, right] = [0, 0]
    for (let i = 0; i < 2000; i++) {
      const { own, features } = draw()
      const [best] = tellClass(learned, features).ranked
      sure += best?.score ?? 0
      right += best?.category === ['a', 'b'][own] ? 1 : 0
    }
    assert.ok(right > 0.7 * 2000 && Math.abs(sure - right) < 0.06 * 2000, `${right} right, ${sure} sure`)
    const judged = learned.tried.filter((one) => one !== null)
    const own = judged.filter(({ said }, i) => said === shown[i]?.own).length / judged.length
    assert.ok(Math.abs(own - right / 2000) < 0.1, 'how often it would have been right on its own examples')
  })

  it('uses the nearest examples where no weights would work: a ring around a spot', () => {
    const random = uniforms(1)
    const shown = Array.from({ length: 120 }, (_, i) => {
      const [angle, far] = [2 * Math.PI * random(), i % 2 ? 2 : 0]
      return [far * Math.cos(angle) + 0.2 * bell(random), far * Math.sin(angle) + 0.2 * bell(random)]
    })
    const learned = learnClasses({
      classes: ['spot', 'ring'],
      classOf: shown.map((_, i) => i % 2),
      features: Float32Array.from(shown.flat()),
      count: 120,
    })
    assert.equal(learned.head.kind, 'nearest')
    assert.equal(tellClass(learned, [0.1, -0.1]).ranked[0]?.category, 'spot')
    assert.equal(tellClass(learned, [-2, 0.1]).ranked[0]?.category, 'ring')
  })

  it('weights features with different units equally if that works better', () => {
    const random = uniforms(2)
    const draw = (own: number) => [1000 * bell(random), 0.01 * (own + 0.2 * bell(random))]
    const learned = learnClasses({
      classes: ['low', 'high'],
      classOf: Array.from({ length: 40 }, (_, i) => i % 2),
      features: Float32Array.from(Array.from({ length: 40 }, (_, i) => draw(i % 2)).flat()),
      count: 40,
    })
    for (const own of [0, 1, 0, 1])
      assert.equal(tellClass(learned, draw(own)).ranked[0]?.category, ['low', 'high'][own])
  })

  it('learns from more features than examples, from one example of each class, and from many', () => {
    for (const [each, numbers] of [
      [6, 700],
      [1, 20],
      [600, 8],
    ] as const) {
      const made = cloud(3, each, numbers, 4)
      const learned = learnClasses({ classes, ...made.lesson })
      const tests = made.more(30)
      const right = tests.filter(
        ({ features, own }) => tellClass(learned, features).ranked[0]?.category === classes[own],
      ).length
      assert.ok(right >= 27, `${each} examples of ${numbers} numbers: ${right} of 30`)
    }
  })

  it('gives finite scores of at most 1 for examples that are alike', () => {
    const features = Float32Array.from([1, 1, 1, 1, 1, 1, 2, 2])
    const learned = learnClasses({ classes: ['a', 'b'], classOf: [0, 0, 0, 1], features, count: 4 })
    const { ranked, strangeness } = tellClass(learned, [1, 1])
    assert.equal(ranked[0]?.category, 'a')
    assert.ok(ranked.every(({ score }) => score >= 0 && score <= 1) && Number.isFinite(strangeness))
  })

  it('predicts numbers: linear, curved, several, and none beyond those taught', () => {
    const random = uniforms(3)
    const shown = Array.from({ length: 60 }, () => [random(), random()] as const)
    const lesson = { features: Float32Array.from(shown.flat()), count: 60 }
    const straight = learnNumbers({
      ...lesson,
      outputs: 2,
      targets: Float64Array.from(shown.flatMap(([a, b]) => [2 * a, a - b])),
    })
    const [sum = 0, difference = 0] = tellNumbers(straight, [0.5, 0.25])
    assert.ok(Math.abs(sum - 1) < 0.02 && Math.abs(difference - 0.25) < 0.02)
    assert.ok((straight.told ?? 0) > 0.99)
    assert.ok((tellNumbers(straight, [40, 0])[0] ?? 9) <= 2)
    const bent = learnNumbers({ ...lesson, outputs: 1, targets: Float64Array.from(shown.map(([a]) => (a - 0.5) ** 2)) })
    assert.equal(bent.head.kind, 'nearest')
    assert.ok(Math.abs((tellNumbers(bent, [0.5, 0.5])[0] ?? 1) - 0) < 0.05)
    const noise = learnNumbers({ ...lesson, outputs: 1, targets: Float64Array.from(shown, () => random()) })
    assert.ok((noise.told ?? 1) < 0.2, 'what cannot be told is not said to be')
  })
})
