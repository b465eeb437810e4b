package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * How the subscriptions that a user has at Withings differ from those that we want.
 *
 * @param present the appli codes that are subscribed as they should be
 * @param changes what is to be changed: first what is missing, then what is ours and not wanted, so
 *     that no notification is missed in between
 */
public record Subscriptions(List<Integer> present, List<SubscriptionChange> changes) {

  /** Tells people who read the list of subscriptions whose they are. */
  static final String COMMENT = "Vitalroutes";

  private static final Set<Integer> METRICS = Set.of(1, 2, 4, 54, 55, 58, 61, 62, 63);

  /** 50 is a workout for some and bed-in for Withings; either scope is reason enough to try. */
  private static final Set<Integer> ACTIVITY = Set.of(16, 44, 50);

  private static final Set<Integer> SLEEP_EVENTS = Set.of(50, 51, 52);

  public Subscriptions {
    present = List.copyOf(present);
    changes = List.copyOf(changes);
  }

  /** The configured appli codes that the scopes open, in the configured order. */
  public static List<Integer> opened(List<Integer> applis, List<String> scopes) {
    return applis.stream().filter(appli -> isOpen(appli, scopes)).toList();
  }

  private static boolean isOpen(int appli, List<String> scopes) {
    return (METRICS.contains(appli) && scopes.contains("user.metrics"))
        || (ACTIVITY.contains(appli) && scopes.contains("user.activity"))
        || (SLEEP_EVENTS.contains(appli) && scopes.contains("user.sleepevents"))
        || (appli == 46 && scopes.contains("user.info"));
  }

  /** The call that lists what a user has subscribed. */
  public static WithingsCall list() {
    return WithingsCall.of("/notify", "list");
  }

  /**
   * Compares what Withings lists with what is wanted. What this deployment did not subscribe stays:
   * another one of the same application may have.
   *
   * @param wanted appli codes
   * @param callbackUrl the user's signed callback URL, as it is signed now
   * @param listed the body of {@code notify list}
   * @param ours whether this deployment has subscribed a URL, as {@link #normal} writes it
   */
  public static Subscriptions compare(
      List<Integer> wanted, String callbackUrl, JsonNode listed, Predicate<String> ours) {
    String current = normal(callbackUrl);
    List<Integer> present = new ArrayList<>();
    List<SubscriptionChange> unwanted = new ArrayList<>();
    for (JsonNode profile : listed.path("profiles")) {
      int appli = profile.path("appli").asInt();
      String url = profile.path("callbackurl").asText();
      String known = normal(url);
      if (wanted.contains(appli) && known.equals(current)) {
        present.add(appli);
      } else if (known.equals(current) || ours.test(known)) {
        unwanted.add(SubscriptionChange.end(appli, url));
      }
    }
    List<SubscriptionChange> changes = new ArrayList<>();
    wanted.stream()
        .filter(appli -> !present.contains(appli))
        .forEach(appli -> changes.add(SubscriptionChange.begin(appli, callbackUrl)));
    changes.addAll(unwanted);
    return new Subscriptions(present.stream().distinct().toList(), changes);
  }

  /** Withings may list a URL with another slash at its end or other letters in its host. */
  public static String normal(String url) {
    String bare = url.replaceFirst("/+$", "");
    try {
      URI uri = URI.create(bare);
      if (uri.getScheme() == null || uri.getRawAuthority() == null) {
        return bare;
      }
      String base = uri.getScheme() + "://" + uri.getRawAuthority();
      return base.toLowerCase(Locale.ROOT) + bare.substring(base.length());
    } catch (IllegalArgumentException e) {
      return bare;
    }
  }
}
