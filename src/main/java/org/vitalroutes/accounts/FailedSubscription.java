package org.vitalroutes.accounts;

/**
 * A notification that Withings did not let us subscribe to.
 *
 * @param account whose
 * @param appli the category
 */
public record FailedSubscription(AccountRef account, int appli) {}
