package org.vitalroutes.withings;

/**
 * A field of a reply that cannot be read. Names where it is and what is wrong with it, and never
 * what it holds: a reply is health data, and messages end in logs.
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

  /** Where the field is, as in {@code body.measuregrps[3].grpid}. */
  public String path() {
    return path;
  }

  public Problem problem() {
    return problem;
  }
}
