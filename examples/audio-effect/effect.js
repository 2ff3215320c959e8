/** The kind of plugin that this program defines: an effect on sound, with a state for each stream. */
import {
  defineService,
  f32,
  f64,
  fn,
  handle,
  none,
  out,
  record,
  returns,
  statusWithMessage,
  text,
  u32,
  writableSpan,
} from 'mortise';

export const Settings = record('settings', { sampleRate: u32, mix: f32, amount: f32, seconds: f64 });
export const Stream = handle('stream', { destroy: 'close' });

export const Effect = defineService(
  'audio.effect',
  '1.0',
  {
    describe: fn({}, returns(text), { doc: 'What the effect does, in a line' }),
    open: fn({ settings: Settings, stream: out(Stream) }, statusWithMessage, {
      doc: 'A stream of one channel: `mix` is how much of the effect is heard, from 0 to 1',
    }),
    process: fn({ stream: Stream, samples: writableSpan(f32) }, statusWithMessage, {
      doc: 'Changes the next samples of the stream in place',
    }),
    close: fn({ stream: Stream }, none),
  },
  { doc: 'an effect on sound' },
);
