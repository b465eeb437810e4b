package org.vitalroutes.withings;

/**
 * A field of a reply cannot be read. The message names its path and the problem, never its content:
 * a reply is health data, and exception messages reach logs.
 */
public final class JsonFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the field. */
  public enum Problem {
    MISSING("missing"),
    WRONG_TYPE("of another type than expected"),
    OUT_OF_RANGE("out of range");

    private final String text;

    Problem(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private final String path;
  private final Problem problem;

  JsonFieldException(String path, Problem problem) {
    super(path + ": " + problem);
    this.path = path;
    this.problem = problem;
  }

  /** Path of the field, such as {@code body.measuregrps[3].grpid}. */
  public String path() {
    return path;
  }

  public Problem problem() {
    return problem;
  }
}
