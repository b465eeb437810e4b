package org.vitalroutes.simulator;

/**
 * A subscription to one category of one user at one address.
 *
 * @param delivers whether it ever sends notifications
 */
public record Subscription(
    long userid, int appli, String callbackUrl, String comment, boolean delivers) {
  boolean sameAs(long userid, long appli, String callbackUrl) {
    return this.userid == userid && this.appli == appli && this.callbackUrl.equals(callbackUrl);
  }

  boolean sameAs(Subscription other) {
    return sameAs(other.userid, other.appli, other.callbackUrl);
  }

  Subscription withComment(String newComment) {
    return new Subscription(userid, appli, callbackUrl, newComment, delivers);
  }
}
