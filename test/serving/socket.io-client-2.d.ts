/** The client from 2019, under its own name next to the current one. */
declare module 'socket.io-client-2' {
  const connect: (url: string, options: object) => unknown
  export default connect
}
