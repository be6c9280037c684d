/** The client of 2019, under a name of its own beside today's. */
declare module 'socket.io-client-2' {
  const connect: (url: string, options: object) => unknown
  export default connect
}
