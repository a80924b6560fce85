# What went wrong, and what to do.

error-number = Error { $status }
error-start = Start page
error-detail = In detail
error-request = Request number

error-malformed = We could not understand that request.
error-malformed-advice = Go back and try again. If an application sent you here, tell the people who run it what stands below.
error-nobody = You need to sign in first.
error-nobody-advice = Sign in, then open this page again.
error-forbidden = That is not allowed from here.
error-forbidden-advice = Go back, load the page again and repeat the step. If you came from another site, start here instead.
error-missing = There is no page at this address.
error-missing-advice = Check the address, or begin at the start page.
error-method = This page does not work that way.
error-method-advice = Open it from the start page instead of sending something to it.
error-conflict = That cannot be done as things stand.
error-conflict-advice = What is in the way stands below. Change that first, then try again.
error-large = That was too much at once.
error-large-advice = Send something smaller.
error-media = That is not a form we can read.
error-media-advice = Go back and send the form from its page.
error-often = That was too often in a short time.
error-often-advice = Wait a minute, then try again.
error-unavailable = The service cannot answer right now.
error-unavailable-advice = Nothing is lost. Try again in a moment.
error-internal = Something went wrong on our side.
error-internal-advice = Try again in a moment. If it happens again, tell the operator the request number below.
