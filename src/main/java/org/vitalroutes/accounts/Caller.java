package org.vitalroutes.accounts;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The authenticated caller of the API.
 *
 * @param subject whose accounts the call is about: the token's {@code sub}, or the user for whom a
 *     backend acts
 * @param patientId the Patient named by the user's own token, if any
 * @param actor recorded in the audit trail
 */
public record Caller(String subject, @Nullable String patientId, Actor actor) {

  private static final int LONGEST_SUBJECT = 255;

  /**
   * A user who calls with their own token.
   *
   * @param query the URL's query, which may name the user
   * @throws ApiException when it names somebody else
   */
  public static Caller user(String sub, @Nullable String patientId, @Nullable String query) {
    if (!subjects(query).stream().allMatch(sub::equals)) {
      throw new ApiException(
          403, "subject_not_allowed", "Only a token with the scope accounts acts for others");
    }
    return new Caller(sub, patientId, Actor.of(sub));
  }

  /**
   * A backend that acts for a user; a Patient in its token would be the same for every user, so it
   * does not count.
   *
   * @param query the URL's query, which must name the subject
   * @throws ApiException when it does not
   */
  public static Caller backend(String sub, @Nullable String query) {
    List<String> subjects = subjects(query);
    if (subjects.size() != 1 || !isSubject(subjects.get(0))) {
      throw new ApiException(
          400,
          "subject_required",
          "A token with the scope accounts must name its user once: ?subject=…");
    }
    return new Caller(subjects.get(0), null, Actor.of(sub, subjects.get(0)));
  }

  /** Whether a text can be a user's {@code sub}. */
  public static boolean isSubject(String text) {
    return !text.isBlank()
        && text.length() <= LONGEST_SUBJECT
        && text.chars().noneMatch(Character::isISOControl);
  }

  private static List<String> subjects(@Nullable String query) {
    return query == null
        ? List.of()
        : Stream.of(query.split("&"))
            .map(pair -> pair.split("=", 2))
            .filter(pair -> decoded(pair[0]).equals("subject"))
            .map(pair -> pair.length == 1 ? "" : decoded(pair[1]))
            .toList();
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new ApiException(400, "subject_required", "The URL's query is not well-formed");
    }
  }

  /** The caller as the person whose data a call is about. */
  public Person self() {
    return new Person(subject, actor, "");
  }
}
