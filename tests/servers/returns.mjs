// A mailbox in memory, read over IMAP by testuser with testpass: node returns.mjs PORT
import hoodiecrow from 'hoodiecrow-imap'

hoodiecrow({ plugins: ['LITERALPLUS', 'UIDPLUS'], storage: { INBOX: {} } }).listen(Number(process.argv[2]), '127.0.0.1')
