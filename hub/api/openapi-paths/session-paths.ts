import { passkeySignIn, passkeySignInQuestion, stepUpProof, stepUpState } from '../schemas/authenticator.ts';
import { ownPassword, passwordSignIn, session, signIn } from '../schemas/session.ts';
import { jsonOf, PROBLEM, UNSAFE_HEADERS, type Json } from './describe-schema.ts';

/** Signing in and out, and the proof of presence: they set cookies, which no endpoint does. */
export const SESSION_PATHS: Record<string, Json> = {
  '/api/v1/session': {
    get: {
      summary: 'Who is signed in.',
      responses: { 200: { description: 'The session.', content: jsonOf(session) }, default: PROBLEM },
    },
    post: {
      summary: 'Signs in with a one-time link.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(signIn) },
      responses: { 200: { description: 'Signed in.', content: jsonOf(session) }, default: PROBLEM },
    },
    delete: {
      summary: 'Signs out.',
      parameters: [UNSAFE_HEADERS[0]],
      responses: { 204: { description: 'Signed out.' }, default: PROBLEM },
    },
  },
  '/api/v1/session/password': {
    post: {
      summary: 'Signs in with a password that is kept here.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(passwordSignIn) },
      responses: { 200: { description: 'Signed in.', content: jsonOf(session) }, default: PROBLEM },
    },
  },
  '/api/v1/session/passkey/begin': {
    post: {
      summary: 'Begins a sign-in with a passkey; the answer is for navigator.credentials.get.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      responses: {
        200: { description: 'The question.', content: jsonOf(passkeySignInQuestion) },
        default: PROBLEM,
      },
    },
  },
  '/api/v1/session/passkey/finish': {
    post: {
      summary: 'Signs in with the passkey that answered.',
      security: [],
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(passkeySignIn) },
      responses: { 200: { description: 'Signed in.', content: jsonOf(session) }, default: PROBLEM },
    },
  },
  '/api/v1/session/own-password': {
    post: {
      summary: "Sets the asker's own password and ends their other sessions.",
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(ownPassword) },
      responses: { 200: { description: 'Set.', content: jsonOf(session) }, default: PROBLEM },
    },
  },
  '/api/v1/step-up/finish': {
    post: {
      summary:
        'The proof of presence. A good one counts for this session for five minutes, which gets another cookie.',
      parameters: [UNSAFE_HEADERS[0]],
      requestBody: { required: true, content: jsonOf(stepUpProof) },
      responses: { 200: { description: 'Proven.', content: jsonOf(stepUpState) }, default: PROBLEM },
    },
  },
};
