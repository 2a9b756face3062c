"""Moving in: the people, offers and hours that another timebank's books hold, brought along."""
