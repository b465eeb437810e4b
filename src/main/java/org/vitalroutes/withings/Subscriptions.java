package org.vitalroutes.withings;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The differences between a user's subscriptions at Withings and the wanted ones.
 *
 * @param present the appli codes that are subscribed as they should be
 * @param changes the missing subscriptions to begin, then our unwanted ones to end, so that no
 *     notification is missed in between
 */
public record Subscriptions(List<Integer> present, List<SubscriptionChange> changes) {

  /** The comment that marks our subscriptions for people who read the list. */
  static final String COMMENT = "Vitalroutes";

  private static final Set<Integer> METRICS = Set.of(1, 2, 4, 54, 55, 58, 61, 62, 63);

  /** 50 means a workout in practice and bed-in in the documentation, so either scope suffices. */
  private static final Set<Integer> ACTIVITY = Set.of(16, 44, 50);

  private static final Set<Integer> SLEEP_EVENTS = Set.of(50, 51, 52);

  public Subscriptions {
    present = List.copyOf(present);
    changes = List.copyOf(changes);
  }

  /** The configured appli codes that the scopes allow, in the configured order. */
  public static List<Integer> opened(List<Integer> applis, List<String> scopes) {
    return applis.stream().filter(appli -> isOpen(appli, scopes)).toList();
  }

  private static boolean isOpen(int appli, List<String> scopes) {
    return (METRICS.contains(appli) && scopes.contains("user.metrics"))
        || (ACTIVITY.contains(appli) && scopes.contains("user.activity"))
        || (SLEEP_EVENTS.contains(appli) && scopes.contains("user.sleepevents"))
        || (appli == 46 && scopes.contains("user.info"));
  }

  /** The call that lists a user's subscriptions. */
  public static WithingsCall list() {
    return WithingsCall.of("/notify", "list");
  }

  /**
   * Compares the subscriptions that Withings lists with the wanted ones. Subscriptions that this
   * deployment did not make stay: another deployment of the same application may own them.
   *
   * @param wanted appli codes
   * @param callbackUrl the user's callback URL, signed with the current secret
   * @param listed the body of {@code notify list}
   * @param ours whether this deployment has subscribed a URL, normalized by {@link #normal}
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

  /**
   * Normalizes a URL, because Withings may list it with or without a final slash and with the host
   * in another case.
   */
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
