package org.vitalroutes.withings;

/**
 * A subscription to begin or to end at Withings.
 *
 * @param action {@code subscribe} or {@code revoke}
 * @param appli the category
 * @param callbackUrl where its notifications go; a secret, because it authorizes posting there
 */
public record SubscriptionChange(String action, int appli, String callbackUrl) {

  private static final String BEGIN = "subscribe";

  /** A subscription to begin. */
  public static SubscriptionChange begin(int appli, String callbackUrl) {
    return new SubscriptionChange(BEGIN, appli, callbackUrl);
  }

  /** A subscription to end. */
  public static SubscriptionChange end(int appli, String callbackUrl) {
    return new SubscriptionChange("revoke", appli, callbackUrl);
  }

  /** Whether it begins a subscription. */
  public boolean begins() {
    return action.equals(BEGIN);
  }

  /** The call that makes the change. */
  public WithingsCall call() {
    WithingsCall call =
        WithingsCall.of("/notify", action)
            .with("callbackurl", callbackUrl)
            .with("appli", Integer.toString(appli));
    return begins() ? call.with("comment", Subscriptions.COMMENT) : call;
  }

  /** Without the URL, which is a secret. */
  @Override
  public String toString() {
    return action + " appli " + appli;
  }
}
