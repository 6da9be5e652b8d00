import type { Schedule } from '@coupon/results';
import { letterOf, scheduleOutcomes, swimLanes } from '../messages/swim-lanes.js';
import type { Language } from '../text.js';
import { lanesFor, placedMoments, size, type Lanes, type Placed } from './layout.js';
import { expectedRemainingIn, lostIn, rowValuesOf } from './marks.js';

/** An arrow with its own head: a marker would need an id, and pictures share a page. */
function Arrow({ from, to, y, kind }: { from: number; to: number; y: number; kind: string }) {
  const back = to + (to > from ? -6 : 6);
  return (
    <>
      <path d={`M${from} ${y}L${to} ${y}`} class={`arrow ${kind}`} />
      <path d={`M${to} ${y}L${back} ${y - 4}L${back} ${y + 4}Z`} class={`arrow ${kind} tip`} />
    </>
  );
}

/** A committed value of the coupon's row. */
const Pill = ({ x, y, value, isBad }: { x: number; y: number; value: string; isBad?: boolean }) => (
  <>
    <rect
      x={x - 24}
      y={y - 13}
      width={48}
      height={26}
      rx={13}
      class={isBad === true ? 'pill bad' : 'pill'}
    />
    <text x={x} y={y + 5} class="figure" text-anchor="middle">
      {value}
    </text>
  </>
);

/** One moment. `isWrong`: the value that it commits is not what the rows leave. */
function MomentBox({ placed, lanes, isWrong }: { placed: Placed; lanes: Lanes; isWrong: boolean }) {
  const { moment, lines, top, height } = placed;
  const { rowMiddle } = lanes;
  const middle = lanes.middleOf(moment.client);
  const left = middle - size.lane / 2;
  const near = middle < rowMiddle ? left + size.lane : left;
  const rowNear = rowMiddle + (middle < rowMiddle ? -1 : 1) * 32;
  const y = top + size.pad + size.line / 2;
  const bad = moment.isBad ? ' bad' : '';
  return (
    <>
      <text x={size.time - 8} y={top + 18} class="time" text-anchor="end">
        {moment.atMs.toFixed(1)}
      </text>
      <rect
        x={left}
        y={top}
        width={size.lane}
        height={height}
        rx={6}
        class={`box client-${moment.client % 4} ${moment.kind}${bad}`}
      />
      {lines.map(({ text, tone }, n) => (
        <text key={n} x={left + 10} y={top + size.pad + 11 + n * size.line} class={tone}>
          {text}
        </text>
      ))}
      {moment.row === 'read' && <Arrow from={rowNear} to={near} y={y} kind={`read${bad}`} />}
      {moment.row === 'write' && <Arrow from={near} to={rowNear} y={y} kind={`write${bad}`} />}
      {moment.row === 'commit' && (
        <>
          <Arrow from={near} to={rowNear} y={y} kind="commit" />
          <Pill x={rowMiddle} y={y} value={String(moment.value ?? '?')} isBad={isWrong} />
        </>
      )}
    </>
  );
}

/** The bar from a statement that waits to its answer. */
function WaitBar({
  sent,
  placed,
  lanes,
}: {
  sent: Placed;
  placed: readonly Placed[];
  lanes: Lanes;
}) {
  const answer = placed.find(
    ({ moment }) => moment.step === sent.moment.step && moment.kind === 'answered',
  );
  if (sent.moment.kind !== 'sent' || answer === undefined) return null;
  const top = sent.top + sent.height;
  return (
    <rect
      x={lanes.middleOf(sent.moment.client) - 5}
      y={top}
      width={10}
      height={answer.top - top}
      class="waiting"
    />
  );
}

/** What each client was answered, and what the row holds in the end. */
function End({
  schedule,
  lanes,
  language,
  top,
}: {
  schedule: Schedule;
  lanes: Lanes;
  language: Language;
  top: number;
}) {
  const isExact = lostIn(schedule) === 0;
  return (
    <>
      {schedule.told.map((told, client) => (
        <text
          key={client}
          x={lanes.middleOf(client)}
          y={top + 20}
          class="answer"
          text-anchor="middle"
        >
          {swimLanes.told(told)[language]}
        </text>
      ))}
      <text
        x={lanes.rowMiddle}
        y={top + 20}
        class={isExact ? 'answer' : 'answer wrong'}
        text-anchor="middle"
      >
        {swimLanes.inTheEnd(schedule.remaining, expectedRemainingIn(schedule))[language]}
      </text>
      {isExact && (
        <text x={lanes.rowMiddle} y={top + 40} class="answer" text-anchor="middle">
          {swimLanes.nothingLost[language]}
        </text>
      )}
    </>
  );
}

/** The heads of the lanes, the lanes themselves, and the row's column with its first value. */
function Frame({
  schedule,
  lanes,
  language,
  bottom,
}: {
  schedule: Schedule;
  lanes: Lanes;
  language: Language;
  bottom: number;
}) {
  const { rowMiddle, middleOf } = lanes;
  const top = size.head - 8;
  return (
    <>
      {schedule.told.map((_, client) => (
        <g key={client}>
          <text
            x={middleOf(client)}
            y={20}
            class={`head client-${client % 4}`}
            text-anchor="middle"
          >
            {swimLanes.client(letterOf(client))[language]}
          </text>
          <path
            d={`M${middleOf(client)} ${size.head}L${middleOf(client)} ${bottom}`}
            class="lane"
          />
        </g>
      ))}
      <text x={rowMiddle} y={20} class="head" text-anchor="middle">
        {swimLanes.row[language]}
      </text>
      <rect x={rowMiddle - 32} y={top} width={64} height={bottom - top} rx={8} class="row" />
      <Pill
        x={rowMiddle}
        y={size.head + 8}
        value={String(rowValuesOf(schedule)[0]?.value ?? '?')}
      />
    </>
  );
}

/**
 * A schedule as a picture: a lane for each client, the coupon's row between them, time from top to
 * bottom; lock waits, stale reads and overwritten values are marked. `shown`: moments drawn in
 * full, for a reader who goes step by step; the rest is faint.
 */
export function SwimLanes({
  schedule,
  language,
  shown = Infinity,
}: {
  schedule: Schedule;
  language: Language;
  shown?: number;
}) {
  const lanes = lanesFor(schedule.told.length);
  const [placed, bottom] = placedMoments(schedule, language);
  const lost = lostIn(schedule);
  const lastCommit = placed.findLast(({ moment }) => moment.row === 'commit');
  const title = swimLanes.title(
    schedule.told.length,
    schedule.order,
    scheduleOutcomes[schedule.outcome],
  )[language];
  return (
    <svg
      class="swimlanes"
      viewBox={`0 0 ${lanes.width} ${bottom + size.foot}`}
      role="img"
      lang={language}
      aria-label={title}
    >
      <title>{title}</title>
      <Frame schedule={schedule} lanes={lanes} language={language} bottom={bottom} />
      {placed.map((one, n) => (
        <WaitBar key={n} sent={one} placed={placed} lanes={lanes} />
      ))}
      {placed.map((one, n) => (
        <g key={n} class={`moment${n < shown ? '' : ' later'}${n === shown - 1 ? ' now' : ''}`}>
          <MomentBox
            placed={one}
            lanes={lanes}
            isWrong={one === lastCommit && lost !== null && lost !== 0}
          />
        </g>
      ))}
      <g class={placed.length <= shown ? 'end' : 'end later'}>
        <End schedule={schedule} lanes={lanes} language={language} top={bottom} />
      </g>
    </svg>
  );
}
