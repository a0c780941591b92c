import { AwsError } from '../../shared/aws-error.ts';

/** A parsed expression of metric math. */
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'id'; name: string }
  | { kind: 'call'; name: string; args: Expression[] }
  | { kind: 'operation'; operator: string; left: Expression; right: Expression };

/** Operators by how strongly they bind. */
const PRECEDENCE: Readonly<Record<string, number>> = {
  OR: 1,
  AND: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '^': 6,
};
const ALIASES: Readonly<Record<string, string>> = { '||': 'OR', '&&': 'AND' };
const TOKEN =
  /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<word>[A-Za-z]\w*)|'(?<single>[^']*)'|"(?<double>[^"]*)"|(?<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),]))/y;

interface Token {
  kind: 'number' | 'word' | 'text' | 'sign' | 'end';
  text: string;
}

/**
 * Parses an expression of metric math.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * @throws {AwsError} ValidationError for what cannot be read
 */
export function parseExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const next = () => tokens[0] ?? { kind: 'end', text: 'the end' };
  const take = () => tokens.shift() ?? { kind: 'end', text: 'the end' };
  const refuse = (found: Pick<Token, 'text'>): never => {
    throw new AwsError('ValidationError', `Error in expression '${text}': unexpected ${found.text}`);
  };
  const expect = (sign: string) => {
    const found = take();
    if (found.kind !== 'sign' || found.text !== sign) refuse(found);
  };
  const operand = (): Expression => {
    const token = take();
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', value: token.text };
    if (token.kind === 'sign' && token.text === '-')
      return { kind: 'operation', operator: '*', left: { kind: 'number', value: -1 }, right: operand() };
    if (token.kind === 'sign' && token.text === '(') {
      const inner = binary(1);
      expect(')');
      return inner;
    }
    if (token.kind !== 'word') return refuse(token);
    if (next().text !== '(' || next().kind !== 'sign') return { kind: 'id', name: token.text };
    take();
    const args: Expression[] = [];
    while (!(next().kind === 'sign' && next().text === ')')) {
      args.push(binary(1));
      if (next().kind === 'sign' && next().text === ',') take();
      else if (next().text !== ')') refuse(next());
    }
    expect(')');
    return { kind: 'call', name: token.text, args };
  };
  const binary = (least: number): Expression => {
    let left = operand();
    for (;;) {
      const { kind, text: written } = next();
      const operator = ALIASES[written] ?? written;
      const strength = kind === 'text' || kind === 'number' ? undefined : PRECEDENCE[operator];
      if (strength === undefined || strength < least) return left;
      take();
      left = { kind: 'operation', operator, left, right: binary(strength + 1) };
    }
  };
  const expression = binary(1);
  if (next().kind !== 'end') refuse(next());
  return expression;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const { number, word, single, double = single, sign } = TOKEN.exec(text)?.groups ?? {};
    if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (double !== undefined) tokens.push({ kind: 'text', text: double });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else throw new AwsError('ValidationError', `Error in expression '${text}' at '${text.slice(at)}'`);
  }
  return tokens;
}
