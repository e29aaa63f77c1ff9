// An SMTP server that lives in memory and misbehaves on demand: node mail.mjs SMTP_PORT HTTP_PORT
import { createServer } from 'node:http'
import { SMTPServer } from 'smtp-server'

const [smtpPort, httpPort] = process.argv.slice(2).map(Number)
const mails = []
let faults = []

const fail = (code, text) => Object.assign(new Error(text), { responseCode: code })
const take = (stage) => {
  const at = faults.findIndex((fault) => fault.stage === stage)
  return at < 0 ? null : faults.splice(at, 1)[0]
}

const smtp = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  logger: false,
  onRcptTo(address, session, done) {
    if (address.address.startsWith('refused')) return done(fail(550, `No such mailbox ${address.address}`))
    const fault = take('rcpt')
    done(fault ? fail(fault.code, 'later') : undefined)
  },
  onData(stream, session, done) {
    const chunks = []
    stream.on('data', (chunk) => chunks.push(chunk))
    stream.on('end', () => {
      mails.push({ to: session.envelope.rcptTo.map((to) => to.address), source: `Return-Path: <${session.envelope.mailFrom.address}>\r\n` + Buffer.concat(chunks).toString('utf8') })
      const fault = take('data')
      if (fault?.silent) return
      if (fault?.drop) for (const connection of smtp.connections) connection._socket.destroy()
      else done(fault ? fail(fault.code, 'no') : null)
    })
  },
})
smtp.on('error', () => {})
smtp.listen(smtpPort, '127.0.0.1')

createServer((request, answer) => {
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') faults = JSON.parse(Buffer.concat(chunks).toString())
    if (request.method === 'DELETE') mails.length = 0
    answer.setHeader('Content-Type', 'application/json')
    answer.end(JSON.stringify(mails))
  })
}).listen(httpPort, '127.0.0.1')
