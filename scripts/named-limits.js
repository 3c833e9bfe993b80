/**
 * A rule of the linter for what ARCHITECTURE.md says under "Limits": a limit is a constant at the top of a file, with its unit
 * and its reason in a comment, and not a number in the middle of the code. Small numbers, HTTP statuses, 1000 (which
 * converts seconds) and file modes are none.
 */

/** What numbers below this mean stands beside them; from here on a number in a function needs a name. HTTP ends at 599. */
const least = 600;
/** The same where the call bounds a text or a list, or the number is what a function takes unless told otherwise. */
const leastInBound = 32;
/** The same where what it is given to can only be a bound: `Math.min`, and a property that is called one. */
const leastAsBound = 10;
/** `2 ** 10` is 1,024. */
const leastExponent = 10;

const boundingCalls = new Set(['max', 'min', 'slice', 'dump', 'setInterval', 'setTimeout', 'timeout']);
/** What a property is called that bounds something. */
const boundingProperty = /limit|tolerance|timeout|^max|^most|(?:seconds|bytes)$/iu;
/** What an element takes that bounds something: a text, a time, what is drawn of a list. */
const boundingAttribute = /^maxlength$|duration|buffer/iu;
/** SQLite's, in a template: how many rows, and how much of a text. */
const boundInQuery = /\blimit \d{2,}|\bsubstr\([^`]*, \d{2,}\)/iu;
/** They convert, and limit nothing. */
const units = new Set(['KiB', 'MiB', 'GiB', 'second', 'minute', 'hour', 'day']);

/**
 * Of a syntax tree (ESTree's, and Svelte's for templates) what is read here.
 * @typedef {{ readonly type: string, readonly parent: SyntaxNode, readonly value?: unknown, readonly raw?: string,
 *   readonly operator?: string, readonly argument?: SyntaxNode, readonly left?: SyntaxNode, readonly right?: SyntaxNode, readonly callee?: SyntaxNode,
 *   readonly property?: SyntaxNode, readonly object?: SyntaxNode, readonly name?: string, readonly key?: SyntaxNode,
 *   readonly arguments?: readonly SyntaxNode[], readonly elements?: readonly SyntaxNode[] }} SyntaxNode
 */

/** @typedef {import('estree').Program['body'][number]} Statement */

/** @param {SyntaxNode} call */
function calledName({ callee }) {
  return callee?.property?.name ?? callee?.name ?? '';
}

/**
 * What runs: a function, what a class begins with, and what Svelte makes a function of.
 * @param {object} node
 */
function isCode(node) {
  const { type, callee } = /** @type {SyntaxNode} */ (node);
  if (type.includes('Function') || type === 'PropertyDefinition') return true;
  return callee?.name === '$derived' || callee?.name === '$state';
}

/**
 * A literal, what is calculated from literals and named numbers, and a list of those.
 * @param {SyntaxNode | undefined} node
 * @returns {boolean}
 */
function isNumeric(node) {
  if (node?.type === 'UnaryExpression') return isNumeric(node.argument);
  if (node?.type === 'ArrayExpression') return node.elements?.some(isNumeric) === true;
  if (node?.type !== 'BinaryExpression') return node?.type === 'Literal' && typeof node.value === 'number';
  const { left, right } = node;
  const isNamed = left?.type === 'Identifier' || right?.type === 'Identifier';
  return isNamed ? isNumeric(left) || isNumeric(right) : isNumeric(left) && isNumeric(right);
}

/**
 * What is calculated from literals and units alone: `64 * KiB`, `2 ** 20`.
 * @param {SyntaxNode | undefined} node
 * @returns {boolean}
 */
function isAmount(node) {
  if (node?.type === 'BinaryExpression') return isAmount(node.left) && isAmount(node.right);
  return node?.type === 'Identifier' ? units.has(node.name ?? '') : typeof node?.value === 'number';
}

/**
 * The whole amount that this number belongs to: itself, or what is calculated of it.
 * @param {SyntaxNode} number
 */
function amountOf(number) {
  let amount = number;
  while (isAmount(amount.parent)) amount = amount.parent;
  return amount;
}

/**
 * @param {SyntaxNode | undefined} amount
 * @returns {SyntaxNode | null}
 */
function firstNumber(amount) {
  if (amount?.type === 'Literal') return amount;
  return amount?.type === 'BinaryExpression' ? (firstNumber(amount.left) ?? firstNumber(amount.right)) : null;
}

/**
 * From which value on a number needs a name where it is said that it bounds something; null: nothing says so here.
 * @param {SyntaxNode} amount
 * @param {boolean} inCode
 */
function leastAt(amount, inCode) {
  const { parent } = amount;
  if (parent.arguments?.includes(amount) === true && boundingCalls.has(calledName(parent))) {
    return parent.callee?.object?.name === 'Math' ? leastAsBound : leastInBound;
  }
  if (!inCode) return null;
  if (parent.type === 'AssignmentPattern' && parent.right === amount) return leastInBound;
  const { key } = parent;
  if (key === amount || !boundingProperty.test(key?.property?.name ?? key?.name ?? '')) return null;
  return leastAsBound;
}

/**
 * @param {SyntaxNode} number
 * @param {boolean} inCode
 */
function needsName(number, inCode) {
  const { parent, raw } = number;
  const value = Number(number.value);
  const amount = amountOf(number);
  const isPart = amount !== number;
  // Of an amount, one number speaks.
  if (isPart ? firstNumber(amount) !== number : value === 1000) return false;
  const leastHere = leastAt(amount, inCode);
  if (leastHere !== null) return isPart || value >= leastHere;
  if (parent.type === 'SvelteMustacheTag')
    return value > 0 && boundingAttribute.test(parent.parent.key?.name ?? '');
  if (!inCode || raw?.startsWith('0x') === true) return false;
  if (isPart) return true;
  if (parent.operator === '**') return parent.right === number && value >= leastExponent;
  return value >= least;
}

/** @type {import('eslint').Rule.RuleModule} */
export const namedLimits = {
  meta: {
    type: 'suggestion',
    schema: [],
    messages: {
      unnamed:
        'A limit needs a name at the top of a file, with its unit and its reason (ARCHITECTURE.md, "Limits").',
      uncommented: 'Say the unit of `{{name}}`, and why it is as large as that, in a comment above it.',
    },
  },
  create(context) {
    const { sourceCode } = context;

    /**
     * A comment that an empty line follows speaks of the file.
     * @param {Statement} statement
     */
    function isCommented(statement) {
      const end = sourceCode.getCommentsBefore(statement).at(-1)?.loc?.end;
      return end !== undefined && end.line + 1 === statement.loc?.start.line;
    }

    /** @param {readonly Statement[]} statements */
    function reportUncommented(statements) {
      for (const statement of statements) {
        const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
        if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
        const [declarator] = declaration.declarations;
        if (declarator?.id.type !== 'Identifier' || units.has(declarator.id.name)) continue;
        const init = /** @type {SyntaxNode | undefined} */ (/** @type {unknown} */ (declarator.init));
        if (!isNumeric(init) || isCommented(statement)) continue;
        context.report({ node: statement, messageId: 'uncommented', data: { name: declarator.id.name } });
      }
    }

    return {
      Literal(node) {
        if (typeof node.value !== 'number') return;
        const inCode = sourceCode.getAncestors(node).some(isCode);
        const number = /** @type {SyntaxNode} */ (/** @type {unknown} */ (node));
        if (needsName(number, inCode)) context.report({ node, messageId: 'unnamed' });
      },
      TemplateElement(node) {
        if (boundInQuery.test(node.value.raw)) context.report({ node, messageId: 'unnamed' });
      },
      Program: ({ body }) => reportUncommented(body),
      /** @param {{ body: readonly Statement[] }} script Of a Svelte component. */
      SvelteScriptElement: ({ body }) => reportUncommented(body),
    };
  },
};
