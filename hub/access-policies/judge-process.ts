/** The program in which texts are judged. It is ended by whoever asks when one was too much for it. */
import { judge, type JudgeQuestion, type Judgement } from './judge.ts';

/** What is answered; `beyond`: the text is more than the parser can take, and this process of no use any more. */
export type JudgeAnswer = { readonly judgement: Judgement } | { readonly beyond: true };

const self = process;

self.on('disconnect', () => self.exit());
self.on('message', (question: JudgeQuestion) => {
  self.send?.(answer(question));
});

function answer(question: JudgeQuestion): JudgeAnswer {
  try {
    return { judgement: judge(question) };
  } catch {
    return { beyond: true };
  }
}
