// Shows a room and its depth. Click for another one: the further right, the more unusual it is.

// `links=1` also returns the output of the models in between: the room itself.
const ADDRESS = 'http://localhost:8000/query?links=1'

let pictures = []
let caption = ''

function setup() {
  createCanvas(1024, 540)
  ask()
}

function draw() {
  background(255)
  pictures.forEach((picture, i) => {
    image(picture, i * 512, 0, 512, 512)
  })
  text(caption, 10, 530)
}

function mousePressed() {
  ask()
}

async function ask() {
  caption = 'waiting for a room'
  try {
    const inputs = { seed: floor(random(1000000)), truncation: constrain(mouseX / width, 0, 1) }
    const answer = await fetch(ADDRESS, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(inputs),
    })
    const result = await answer.json()
    // An error is one sentence, which is shown unchanged.
    if (!answer.ok) throw new Error(result.error)
    const room = result.links.find((link) => link.outputs.image).outputs.image
    pictures = await Promise.all([load(room), load(result.depth_image)])
    caption = `room ${inputs.seed}`
  } catch (error) {
    caption = error.message
  }
}

/** Pictures are data URIs: p5.js loads them like addresses. */
function load(address) {
  return new Promise((resolve, reject) => loadImage(address, resolve, reject))
}
