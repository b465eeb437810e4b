package org.vitalroutes.settings;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How work is fetched.
 *
 * @param workers sync requests served at once by a replica
 * @param budgetTimeout how long a call waits for the budget before its request is released
 * @param callTimeout how long a call of Withings may take as a whole
 * @param activityInterval least time between two fetches of an account's activity for notifications
 */
@ConfigurationProperties("fetch")
public record FetchSettings(
    int workers, Duration budgetTimeout, Duration callTimeout, Duration activityInterval) {}
