import { AwsError } from '../../shared/aws-error.ts';
import type { Expression } from './expression.ts';
import type { Points } from './points.ts';

/** What an expression is: a number, one line of points, or several. */
export type Value =
  | { kind: 'number'; value: number }
  | { kind: 'points'; points: Points }
  | { kind: 'list'; lines: readonly Line[] };

export interface Line {
  label: string;
  points: Points;
}

export interface Scope {
  /** The value of another query; undefined for an unknown ID. */
  valueOf(id: string): Value | undefined;
  search(search: string, statistic: string, periodSeconds: number | undefined): readonly Line[];
  /** The starts of all periods, for what is missing. */
  periods: readonly number[];
}

type Call = Extract<Expression, { kind: 'call' }>;
type Evaluate = (expression: Expression) => Value;

/** @throws {AwsError} ValidationError for an unknown ID or function */
export function calculate(expression: Expression, scope: Scope): Value {
  const evaluate: Evaluate = (inner) => calculate(inner, scope);
  switch (expression.kind) {
    case 'number':
      return expression;
    case 'id': {
      const value = scope.valueOf(expression.name);
      if (value === undefined) throw invalid(`the ID ${expression.name} is not in the call`);
      return value;
    }
    case 'operation':
      return combine([evaluate(expression.left), evaluate(expression.right)], ([left = 0, right = 0]) =>
        operate(expression.operator, left, right),
      );
    case 'call':
      return call(expression, evaluate, scope);
    default:
      throw invalid(`'${expression.value}' is not a number`);
  }
}

function call({ name, args }: Call, evaluate: Evaluate, scope: Scope): Value {
  const [first, second, third] = args;
  if (name === 'FILL' && first && second && args.length === 2)
    return fill(evaluate(first), second, evaluate, scope.periods);
  if (name === 'IF' && first && second && third && args.length === 3)
    return combine([first, second, third].map(evaluate), ([condition, yes = 0, no = 0]) =>
      condition === 0 ? no : yes,
    );
  if (name === 'SEARCH' && first?.kind === 'text' && second?.kind === 'text') {
    const period = third?.kind === 'number' ? third.value : undefined;
    return { kind: 'list', lines: scope.search(first.value, second.value, period) };
  }
  const reduce = REDUCTIONS[name];
  if (reduce !== undefined && first && args.length === 1) return reduceLines(evaluate(first), reduce);
  const known = ['FILL', 'IF', 'SEARCH', ...Object.keys(REDUCTIONS)].join(', ');
  throw invalid(`the local AWS does not know ${name} with ${args.length} parameters; it knows ${known}`);
}

/** Of several lines one, period by period; of one line a number. */
const REDUCTIONS: Readonly<Record<string, (values: readonly number[]) => number>> = {
  AVG: (values) => sum(values) / values.length,
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  SUM: sum,
};

function reduceLines(value: Value, reduce: (values: readonly number[]) => number): Value {
  if (value.kind === 'number') return value;
  if (value.kind === 'points') return { kind: 'number', value: reduce([...value.points.values()]) };
  const all = value.lines.flatMap(({ points }) => [...points]);
  const byTime = Map.groupBy(all, ([time]) => time);
  const reduced = Array.from(byTime, ([time, points]): [number, number] => [
    time,
    reduce(points.map(([, one]) => one)),
  ]);
  return { kind: 'points', points: new Map(reduced.sort(([a], [b]) => a - b)) };
}

/** With a number in place of what is missing, or with the last point before it (`REPEAT`). */
function fill(value: Value, by: Expression, evaluate: Evaluate, periods: readonly number[]): Value {
  const repeats = by.kind === 'id' && by.name === 'REPEAT';
  const filler = repeats ? undefined : evaluate(by);
  if (filler !== undefined && filler.kind !== 'number') throw invalid('FILL takes a number or REPEAT');
  const filled = (points: Points): Points => {
    let last = filler?.value;
    const all = periods.map((time): [number, number | undefined] => {
      const found = points.get(time);
      if (found !== undefined && repeats) last = found;
      return [time, found ?? last];
    });
    return new Map(all.filter((point): point is [number, number] => point[1] !== undefined));
  };
  if (value.kind === 'number') return value;
  if (value.kind === 'points') return { kind: 'points', points: filled(value.points) };
  return { kind: 'list', lines: value.lines.map((line) => ({ ...line, points: filled(line.points) })) };
}

/** Point by point, where all of them have one; a list goes with numbers and with one line. */
function combine(values: readonly Value[], by: (numbers: readonly number[]) => number): Value {
  const list = values.find((value) => value.kind === 'list');
  if (list !== undefined) {
    const lines = list.lines.map(({ label, points }) => {
      const one = values.map((value): Value => (value === list ? { kind: 'points', points } : value));
      const combined = combine(one, by);
      return { label, points: combined.kind === 'points' ? combined.points : points };
    });
    return { kind: 'list', lines };
  }
  const lines = values.filter((value) => value.kind === 'points');
  if (lines.length === 0)
    return { kind: 'number', value: by(values.map((value) => (value.kind === 'number' ? value.value : 0))) };
  const times = [...(lines[0]?.points.keys() ?? [])].filter((time) =>
    lines.every(({ points }) => points.has(time)),
  );
  const at = (value: Value, time: number) => {
    if (value.kind === 'number') return value.value;
    return value.kind === 'points' ? (value.points.get(time) ?? 0) : 0;
  };
  return {
    kind: 'points',
    points: new Map(times.map((time) => [time, by(values.map((value) => at(value, time)))])),
  };
}

function operate(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '^':
      return left ** right;
    case 'AND':
      return Number(left !== 0 && right !== 0);
    case 'OR':
      return Number(left !== 0 || right !== 0);
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '<':
      return Number(left < right);
    case '<=':
      return Number(left <= right);
    case '>':
      return Number(left > right);
    default:
      return Number(left >= right);
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function invalid(what: string): AwsError {
  return new AwsError('ValidationError', `Error in expression: ${what}`);
}
