package bluegreen.sample.work;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Random;
import java.util.function.LongBinaryOperator;
import java.util.stream.LongStream;

/** Random formulas: written, parsed by precedence, evaluated for some values of `x`. */
final class Formula {
  private interface Node {
    long value(long x);
  }

  private record Number(long number) implements Node {
    @Override
    public long value(long x) {
      return number;
    }
  }

  private record Variable() implements Node {
    @Override
    public long value(long x) {
      return x;
    }
  }

  private record Operation(LongBinaryOperator operator, Node left, Node right) implements Node {
    @Override
    public long value(long x) {
      return operator.applyAsLong(left.value(x), right.value(x));
    }
  }

  private record Rank(int precedence, LongBinaryOperator operator) {}

  private static final Map<Character, Rank> OPERATORS = Map.of(
      '+', new Rank(1, Long::sum),
      '-', new Rank(1, (a, b) -> a - b),
      '*', new Rank(2, (a, b) -> a * b),
      '/', new Rank(2, (a, b) -> b == 0 ? a : a / b),
      '%', new Rank(2, (a, b) -> b == 0 ? a : Math.floorMod(a, b)),
      '^', new Rank(3, (a, b) -> a ^ b));

  private Formula() {}

  static long sum(long seed, int count) {
    var random = new Random(seed);
    return LongStream.range(0, count)
        .map(index -> {
          var formula = parse(write(random, 4));
          return LongStream.range(0, 8).map(formula::value).reduce(index, (sum, value) -> sum * 17 + value);
        })
        .sum();
  }

  private static String write(Random random, int depth) {
    if (depth == 0) {
      return random.nextInt(3) == 0 ? "x" : String.valueOf(1 + random.nextInt(99));
    }
    var operator = "+-*/%^".charAt(random.nextInt(6));
    var formula = write(random, depth - 1) + operator + write(random, random.nextInt(depth));
    return random.nextBoolean() ? "(" + formula + ")" : formula;
  }

  private static Node parse(String formula) {
    Deque<Node> operands = new ArrayDeque<>();
    Deque<Character> operators = new ArrayDeque<>();
    for (var at = 0; at < formula.length(); at++) {
      var c = formula.charAt(at);
      if (c == 'x') {
        operands.push(new Variable());
      } else if (Character.isDigit(c)) {
        var end = at;
        while (end < formula.length() && Character.isDigit(formula.charAt(end))) {
          end++;
        }
        operands.push(new Number(Long.parseLong(formula, at, end, 10)));
        at = end - 1;
      } else if (c == '(') {
        operators.push(c);
      } else if (c == ')') {
        while (operators.peek() != '(') {
          combine(operands, operators.pop());
        }
        operators.pop();
      } else {
        while (!operators.isEmpty() && operators.peek() != '(' && rank(operators.peek()) >= rank(c)) {
          combine(operands, operators.pop());
        }
        operators.push(c);
      }
    }
    while (!operators.isEmpty()) {
      combine(operands, operators.pop());
    }
    return operands.pop();
  }

  private static int rank(char operator) {
    return OPERATORS.get(operator).precedence();
  }

  private static void combine(Deque<Node> operands, char operator) {
    var right = operands.pop();
    operands.push(new Operation(OPERATORS.get(operator).operator(), operands.pop(), right));
  }
}
